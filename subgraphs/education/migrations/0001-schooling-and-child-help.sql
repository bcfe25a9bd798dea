-- What school says about a pupil at present; who has no row is not enrolled.
create table schooling (
  person_id uuid primary key,
  organisation text not null,
  grade text,
  attendance text not null check (attendance in ('REGULAR', 'IRREGULAR', 'ABSENT')),
  needs_attention boolean not null,
  school_register boolean not null
);

create table school_note (
  id uuid primary key,
  person_id uuid not null,
  at timestamptz not null,
  author text not null,
  text text not null,
  bullying boolean not null
);
create index school_note_person on school_note (person_id, at desc, id desc);

create table guardianship_record (
  person_id uuid primary key,
  body text not null,
  case_manager text,
  status text not null check (status in (
    'UNDER_OBSERVATION', 'GUARDIANSHIP', 'PATRONAGE', 'PLACED_IN_ORGANISATION', 'ENDED'))
);

create table child_help_room (
  id uuid primary key,
  title_ru text not null,
  title_kk text not null,
  region_kato text not null,
  opened_at date
);

create table child_help_case (
  id uuid primary key,
  number text not null unique,
  child_id uuid not null,
  region_kato text not null,
  reason text not null check (reason in ('VIOLENCE', 'CRUEL_TREATMENT', 'BULLYING', 'WITNESS_OF_VIOLENCE')),
  status text not null check (status in (
    'SIGNALLED', 'REGISTERED', 'IN_ROOM', 'SERVICES_RUNNING', 'ACCOMPANIED', 'CLOSED')),
  room_id uuid references child_help_room (id),
  no_room_available boolean not null,
  detected_at timestamptz not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  outcome text,
  plan_id uuid,
  source_incident_id uuid,
  version integer not null,
  check (detected_at <= opened_at and opened_at <= closed_at),
  check ((status = 'CLOSED') = (closed_at is not null) and (closed_at is null) = (outcome is null)),
  -- A case is in a room or goes without one; where it is accompanied or closed, either may have been.
  check (case
    when status in ('SIGNALLED', 'REGISTERED') then room_id is null
    when status in ('IN_ROOM', 'SERVICES_RUNNING') then room_id is not null and not no_room_available
    else (room_id is null) = no_room_available
  end)
);
-- A child has at most one open case (domain.md 6.3).
create unique index child_help_case_open on child_help_case (child_id) where status <> 'CLOSED';
create index child_help_case_child on child_help_case (child_id, opened_at desc, id desc);
create index child_help_case_region on child_help_case (region_kato, opened_at desc, id desc);
create index child_help_case_region_status on child_help_case (region_kato, status, opened_at desc, id desc);

create table child_help_service (
  id uuid primary key,
  -- The order in which services were entered.
  seq bigint generated always as identity,
  case_id uuid not null references child_help_case (id),
  kind text not null check (kind in (
    'PRIMARY_PSYCHOLOGICAL_AID', 'FORENSIC_EXAMINATION', 'INTERVIEW_WITH_SPECIALISTS', 'LEGAL_HELP', 'OTHER')),
  description text,
  planned_at timestamptz,
  done_at timestamptz,
  specialists text[] not null,
  repeat_justification text,
  check (planned_at is not null or done_at is not null),
  check (repeat_justification is null or kind = 'INTERVIEW_WITH_SPECIALISTS')
);
create index child_help_service_case on child_help_service (case_id, seq);
-- A child is interviewed once; every further interview of a case says why (I-18).
create unique index child_help_service_interview on child_help_service (case_id)
  where kind = 'INTERVIEW_WITH_SPECIALISTS' and done_at is not null and repeat_justification is null;

create table child_help_notice (
  id uuid primary key,
  case_id uuid not null references child_help_case (id),
  recipient text not null check (recipient in (
    'GUARDIANSHIP', 'POLICE', 'CHILD_OMBUDSMAN_NATIONAL', 'CHILD_OMBUDSMAN_REGIONAL', 'CENTRE', 'CONTACT_CENTRE_111')),
  sent_at timestamptz not null,
  delivered_at timestamptz,
  check (delivered_at >= sent_at)
);
create index child_help_notice_case on child_help_notice (case_id, sent_at, id);
