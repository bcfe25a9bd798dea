-- Administrative offences in family and household relations: what the yearly figure counts (domain.md 2.3).
create table family_offence (
  id uuid primary key,
  kato text not null check (kato ~ '^[0-9]{9}$'),
  committed_on date not null,
  offender_id uuid not null
);
create index family_offence_committed on family_offence (committed_on);
