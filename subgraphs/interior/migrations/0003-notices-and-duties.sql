-- Notices of admissions with minors that the police received (Rules p.26): never an address, never the residence (decision A7).
create table law_enforcement_notice (
  id uuid primary key,
  number text not null,
  -- For the conflict of interest only.
  subject_id uuid not null,
  district_kato text not null check (district_kato ~ '^[0-9]{9}$'),
  children_count integer not null check (children_count > 0),
  centre_contact text not null,
  sent_at timestamptz not null,
  due_at timestamptz not null,
  received_at timestamptz not null,
  acknowledged_at timestamptz,
  registry_number text,
  check ((acknowledged_at is null) = (registry_number is null))
);
create index law_enforcement_notice_subject on law_enforcement_notice (subject_id);

alter table protection_order
  -- The centre was told that the order is about to end; once.
  add column end_announced_at timestamptz,
  -- The measure of a plan that the order carries out, and the body that said so: told when the order runs out.
  add column measure_id uuid,
  add column measure_body uuid,
  add check (measure_body is null or measure_id is not null);
-- The daily jobs look at the few orders that run.
create index protection_order_running on protection_order (valid_until) where status in ('ACTIVE', 'VIOLATED');

-- One stay on the preventive register begins on a day once, and so does one decision of a court stand once.
create unique index preventive_registration_stay on preventive_registration (person_id, since);
create unique index court_requirement_decision on court_requirement (person_id, decided_at, until, md5(requirement));
