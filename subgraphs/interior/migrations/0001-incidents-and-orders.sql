-- One registry number is one incident and one signal.
create table police_incident (
  id uuid primary key,
  registry_number text not null unique,
  kind text not null check (kind in (
    'PHYSICAL_VIOLENCE', 'PSYCHOLOGICAL_VIOLENCE', 'SEXUAL_VIOLENCE', 'ECONOMIC_VIOLENCE', 'CHILD_NEGLECT', 'OTHER')),
  occurred_at timestamptz not null,
  kato text not null,
  victim_id uuid not null,
  aggressor_id uuid,
  threat_to_life boolean not null,
  reported_by text not null check (reported_by in ('LOCAL_POLICE', 'JUVENILE_POLICE', 'WOMEN_PROTECTION', 'PROBATION')),
  narrative text,
  signal_id uuid unique,
  check (victim_id <> aggressor_id)
);
create index police_incident_victim on police_incident (victim_id, occurred_at desc, id desc);
create index police_incident_aggressor on police_incident (aggressor_id, occurred_at desc, id desc);
create index police_incident_district on police_incident (kato, occurred_at desc, id desc);

create table incident_child (
  incident_id uuid not null references police_incident (id),
  person_id uuid not null,
  primary key (incident_id, person_id)
);
create index incident_child_person on incident_child (person_id);

-- Parties and district are those of the incident, which never change after an order was issued on it.
create table protection_order (
  id uuid primary key,
  number text not null unique,
  incident_id uuid not null references police_incident (id),
  kato text not null,
  victim_id uuid not null,
  aggressor_id uuid not null,
  issued_at timestamptz not null,
  served_at timestamptz,
  valid_until date not null,
  status text not null check (status in ('ISSUED', 'ACTIVE', 'VIOLATED', 'EXPIRED', 'ANNULLED', 'REPLACED_BY_COURT')),
  legal_basis text not null,
  next_check_due_on date,
  annulled_at timestamptz,
  annulment_reason text,
  court_decided_at timestamptz,
  court_decision_number text,
  version integer not null,
  check (victim_id <> aggressor_id),
  check (served_at >= issued_at),
  -- Only what was served can be in force, breached or run out.
  check (case status when 'ISSUED' then served_at is null when 'ANNULLED' then true else served_at is not null end),
  check (next_check_due_on is null or status in ('ACTIVE', 'VIOLATED')),
  check ((status = 'ANNULLED') = (annulled_at is not null) and (annulled_at is null) = (annulment_reason is null)),
  check ((status = 'REPLACED_BY_COURT') = (court_decided_at is not null)
    and (court_decided_at is null) = (court_decision_number is null))
);
create index protection_order_victim on protection_order (victim_id, issued_at desc, id desc);
create index protection_order_aggressor on protection_order (aggressor_id, issued_at desc, id desc);
create index protection_order_incident on protection_order (incident_id, issued_at desc, id desc);
create index protection_order_district on protection_order (kato, valid_until, id);
create index protection_order_district_status on protection_order (kato, status, valid_until, id);
create index protection_order_issued on protection_order (issued_at);

create table protection_order_violation (
  id uuid primary key,
  order_id uuid not null references protection_order (id),
  at timestamptz not null,
  description text
);
create index protection_order_violation_order on protection_order_violation (order_id, at, id);

create table protection_order_check (
  id uuid primary key,
  order_id uuid not null references protection_order (id),
  at timestamptz not null,
  result text not null
);
create index protection_order_check_order on protection_order_check (order_id, at, id);

create table court_requirement (
  id uuid primary key,
  person_id uuid not null,
  decided_at timestamptz not null,
  until date not null,
  requirement text not null
);
create index court_requirement_person on court_requirement (person_id, decided_at desc, id desc);

-- Days are inclusive in both registers; an end that is not known yet is null.
create table probation_record (
  id uuid primary key,
  person_id uuid not null,
  since date,
  until date,
  check (until >= since),
  unique nulls not distinct (person_id, since)
);

create table preventive_registration (
  id uuid primary key,
  person_id uuid not null,
  ground text not null,
  since date not null,
  until date,
  check (until >= since)
);
create index preventive_registration_person on preventive_registration (person_id, since desc, id desc);
