-- Consents, conflicts of interest, grants and emergency access.

alter table consent add column requested_at timestamptz, add column expired_at timestamptz;
alter table consent add check ((status = 'WITHDRAWN') = (withdrawn_at is not null));
create index consent_running_out on consent (valid_until) where status = 'GRANTED' and valid_until is not null;

-- A flag that stands already is not set again.
drop index safety_flag_person;
create unique index one_safety_flag on safety_flag (person_id, kind) where cleared_at is null;

-- A user is barred from a person once; two different persons lift it (domain.md 8.3).
alter table conflict_of_interest
  add column family_id uuid,
  add column centre_id uuid references centre,
  add column lift_asked_by_id uuid references employee,
  add column lift_asked_as text check (lift_asked_as in ('HEAD', 'INFORMATION_SECURITY')),
  add column lifted_by_id uuid references employee,
  add check ((lift_asked_by_id is null) = (lift_asked_as is null)),
  add check (lifted_at is null or lifted_by_id <> lift_asked_by_id),
  add check (lifted_at is null or (lifted_by_id is not null and lift_asked_by_id is not null));
create unique index one_conflict_of_interest on conflict_of_interest (person_id, user_id) where lifted_at is null;

create table access_grant (
  id uuid primary key,
  person_id uuid not null,
  user_id text not null,
  groups text[] not null,
  reason text not null,
  centre_id uuid not null references centre,
  granted_by_id uuid not null references employee,
  "from" timestamptz not null,
  until timestamptz not null,
  revoked_at timestamptz,
  check (until > "from")
);
create index access_grant_person on access_grant (person_id, "from" desc, id);

create table break_glass_access (
  id uuid primary key,
  person_id uuid not null,
  user_id text not null,
  reason text not null,
  centre_id uuid not null references centre,
  opened_at timestamptz not null,
  until timestamptz not null,
  status text not null check (status in ('AWAITING_REVIEW', 'JUSTIFIED', 'NOT_JUSTIFIED')),
  reviewed_at timestamptz,
  reviewed_by_id uuid references employee,
  review_note text,
  check ((status = 'AWAITING_REVIEW') = (reviewed_at is null)),
  check ((reviewed_at is null) = (reviewed_by_id is null)),
  check ((reviewed_at is null) = (review_note is null))
);
create index break_glass_access_centre on break_glass_access (centre_id, status);
create index break_glass_access_user on break_glass_access (user_id, person_id);

-- Who led a family's case, from one to the next (I-22).
create table lead_change (
  id uuid primary key,
  family_id uuid not null,
  at timestamptz not null,
  what text not null check (what in ('CENTRE', 'CASE_MANAGER')),
  from_id uuid,
  to_id uuid not null,
  by_organisation text not null
);
create index lead_change_family on lead_change (family_id, at);
