-- Where the child lives or was found, below the region: it tells the centres which of them is meant.
alter table child_help_case add column kato text;

-- A recipient is told of a case once.
create unique index child_help_notice_recipient on child_help_notice (case_id, recipient);

-- A room is entered once.
create unique index child_help_room_title on child_help_room (region_kato, title_ru);

-- Whoever allows that a child is interviewed again stands to it by name (R-082, I-18).
alter table child_help_service add column repeat_approved_by text;
alter table child_help_service add constraint child_help_service_repeat_approved
  check ((repeat_justification is null) = (repeat_approved_by is null));

-- The body whose social pedagogue speaks for the pupil; null where the national database of education does, or nobody yet.
alter table schooling add column organisation_id uuid;

-- Notices of admissions with minors that were sent to guardianship (Rules p.26): never an address, never the residence.
create table residence_notice (
  id uuid primary key,
  number text not null,
  -- Who was admitted: kept for the conflict of interest only (decision A7).
  person_id uuid not null,
  district_kato text not null,
  children_count integer not null,
  centre_contact text not null,
  sent_at timestamptz not null,
  due_at timestamptz not null,
  acknowledged_at timestamptz,
  registry_number text,
  acknowledged_by_id text,
  check ((acknowledged_at is null) = (registry_number is null)
    and (acknowledged_at is null) = (acknowledged_by_id is null))
);
create index residence_notice_person on residence_notice (person_id);
