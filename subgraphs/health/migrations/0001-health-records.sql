create table health_profile (
  person_id uuid primary key,
  attached_organisation text,
  needs_medical_help boolean not null,
  under_patronage boolean not null
);

create table medical_episode (
  id uuid primary key,
  person_id uuid not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  kind text not null,
  organisation text not null,
  suspicion_of_violence boolean not null,
  summary text,
  signal_id uuid
);
create index medical_episode_person on medical_episode (person_id, opened_at desc);

create table medical_appointment (
  id uuid primary key,
  person_id uuid not null,
  organisation text not null,
  at timestamptz not null,
  status text not null check (status in ('BOOKED', 'ATTENDED', 'MISSED', 'CANCELLED')),
  measure_id uuid,
  version integer not null
);
create index medical_appointment_person on medical_appointment (person_id, at desc);
create index medical_appointment_organisation on medical_appointment (organisation, at, id);
