-- Reference: who there is.

create table organisation (
  id uuid primary key,
  kind text not null,
  title_ru text not null,
  title_kk text not null,
  district_kato text not null,
  state_body boolean not null
);
create index organisation_district on organisation (district_kato, title_ru, id);

create table administrative_unit (
  kato text primary key,
  parent_kato text references administrative_unit,
  title_ru text not null,
  title_kk text not null,
  invented boolean not null
);

create table centre (
  id uuid primary key references organisation,
  title_ru text not null,
  title_kk text not null,
  district_kato text not null unique,
  region_kato text not null,
  phone text,
  opened_at date not null,
  closed_at date,
  safe_rooms integer,
  appeals_per_day double precision not null default 0
);
create index centre_region on centre (region_kato, district_kato);

create table employee (
  id uuid primary key,
  user_id text not null unique,
  centre_id uuid not null references centre,
  full_name text not null,
  post text not null,
  position text not null,
  position_kk text not null,
  unit text,
  qualification text,
  units double precision not null
);
create index employee_centre on employee (centre_id, full_name, id);

-- Cases.

-- Who leads a family's case: one centre and one case manager (I-22).
create table family_case (
  family_id uuid primary key,
  lead_centre_id uuid not null references centre,
  lead_case_manager_id uuid references employee
);
create index family_case_manager on family_case (lead_case_manager_id);

create table appeal (
  id uuid primary key,
  number text not null unique,
  family_id uuid,
  applicant_id uuid,
  centre_id uuid not null references centre,
  district_kato text not null,
  registered_at timestamptz not null,
  status text not null,
  threat_to_life boolean not null,
  text text,
  previous_id uuid references appeal,
  closed_at timestamptz,
  closing_note text,
  -- The nearest deadline that is still open, of the appeal or of its primary assessment.
  next_due_at timestamptz,
  version integer not null
);
create index appeal_family on appeal (family_id, registered_at desc, id);
create index appeal_district on appeal (district_kato, threat_to_life desc, coalesce(next_due_at, 'infinity'), id);

-- Never deleted; the same record of the same system is the same signal (I-04).
create table signal (
  id uuid primary key,
  channel text not null,
  source text not null,
  source_system text not null,
  source_record_id text,
  received_at timestamptz not null,
  occurred_at timestamptz,
  kato text not null,
  status text not null,
  threat_to_life boolean not null,
  summary text,
  reporter text,
  person_id uuid,
  family_id uuid,
  appeal_id uuid references appeal,
  duplicate_of_id uuid references signal,
  rejection_reason text,
  constraint signal_source_record unique (source_system, source_record_id)
);
create index signal_appeal on signal (appeal_id, received_at);

create table consultation (
  id uuid primary key,
  appeal_id uuid not null references appeal,
  kind text not null,
  at timestamptz not null,
  employee_id uuid not null references employee
);
create index consultation_appeal on consultation (appeal_id, at);

create table contact_attempt (
  id uuid primary key,
  appeal_id uuid not null references appeal,
  at timestamptz not null,
  employee_id uuid not null references employee,
  note text
);
create index contact_attempt_appeal on contact_attempt (appeal_id, at);

create table primary_assessment (
  id uuid primary key,
  appeal_id uuid not null unique references appeal,
  family_id uuid,
  status text not null check (status in ('DUE', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED')),
  recognised boolean,
  grounds text[] not null default '{}',
  not_recognised_reason text,
  needs_confirmed_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  version integer not null,
  -- A recognised difficult life situation has grounds (Social Code, R-026).
  constraint recognised_has_grounds check (recognised is not true or cardinality(grounds) > 0)
);
-- At most one open primary assessment per family (I-05).
create unique index one_open_assessment on primary_assessment (family_id) where status in ('DUE', 'IN_PROGRESS');

create table need (
  id uuid primary key,
  assessment_id uuid not null references primary_assessment,
  beneficiary_id uuid not null,
  kind text not null,
  description text not null
);
create index need_assessment on need (assessment_id, id);

create table referral (
  id uuid primary key,
  appeal_id uuid not null references appeal,
  person_id uuid not null,
  kind text not null,
  organisation_id uuid references organisation,
  crisis_centre_id uuid,
  status text not null,
  refusal_reason text,
  sent_at timestamptz,
  version integer not null
);
create index referral_appeal on referral (appeal_id, id);

-- Every due date of the law, with the rule and the calendar that it was counted by. One row for each thing that is due.
create table deadline (
  entity_id uuid not null,
  subject text not null check (subject in ('CONSULTATION', 'ASSESSMENT', 'REFERRAL', 'NOTICE', 'RESIDENCE', 'REVIEW')),
  rule text not null,
  started_at timestamptz not null,
  due_at timestamptz not null,
  unit text not null,
  amount integer not null,
  soft_target_at timestamptz,
  provisional boolean not null,
  calendar_version text not null,
  escalation text not null default 'NONE',
  met_at timestamptz,
  primary key (entity_id, subject)
);
create index deadline_open on deadline (due_at) where met_at is null;

-- The individual plan.

create table individual_plan (
  id uuid primary key,
  number text not null unique,
  family_id uuid not null,
  lead_centre_id uuid not null references centre,
  assessment_id uuid references primary_assessment,
  predecessor_id uuid unique references individual_plan,
  status text not null check (status in ('DRAFT', 'AWAITING_SIGNATURES', 'AWAITING_APPROVAL', 'ACTIVE', 'UNDER_REVISION', 'COMPLETED', 'TERMINATED', 'EXPIRED', 'EVALUATED')),
  version integer not null,
  version_in_force integer,
  start_date date not null,
  end_date date not null,
  specialists text[] not null,
  duplicates_checked boolean not null,
  returned_because text,
  approved_at timestamptz,
  approved_by_id uuid references employee,
  termination_ground text check (termination_ground in ('ALL_MEASURES_DONE', 'FAMILY_REFUSED', 'FAMILY_DID_NOT_PERFORM', 'OBJECTIVE_INDIVIDUAL_GROUNDS')),
  termination_explanation text,
  category_before text,
  category_after text,
  result text,
  evaluated_at timestamptz,
  created_at timestamptz not null,
  -- Not more than one year (Rules p.15, I-07); 366 days across 29 February are lawful.
  constraint plan_at_most_one_year check (end_date > start_date and end_date <= start_date + interval '1 year')
);
-- At most one current plan per family (I-01); an expired one blocks until it is closed or evaluated (decision C1).
create unique index one_current_plan on individual_plan (family_id)
  where status in ('DRAFT', 'AWAITING_SIGNATURES', 'AWAITING_APPROVAL', 'ACTIVE', 'UNDER_REVISION', 'EXPIRED');
create index individual_plan_family on individual_plan (family_id, created_at desc, id);

create table plan_signature (
  plan_id uuid not null references individual_plan,
  plan_version integer not null,
  party text not null check (party in ('CENTRE_EMPLOYEE', 'FAMILY')),
  signed_at timestamptz not null,
  employee_id uuid not null references employee,
  signatory_person_id uuid,
  signature_ref text not null,
  -- Each party signs a version once (I-08).
  primary key (plan_id, plan_version, party)
);

create table plan_history (
  id uuid primary key,
  plan_id uuid not null references individual_plan,
  at timestamptz not null,
  version integer not null,
  status text not null,
  event text not null,
  by_organisation text not null,
  note text
);
create index plan_history_plan on plan_history (plan_id, at, id);

create table plan_measure (
  id uuid primary key,
  number text not null unique,
  plan_id uuid not null references individual_plan,
  family_id uuid not null,
  kind text not null,
  title text not null,
  other_description text,
  beneficiary_id uuid,
  body_kind text not null,
  organisation_id uuid references organisation,
  district_kato text not null,
  due_date date not null,
  status text not null check (status in ('PLANNED', 'SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS', 'DONE', 'NOT_DONE', 'CANCELLED')),
  finished_at timestamptz,
  override_number integer not null default 0,
  override_reason text,
  escalation text not null default 'NONE',
  created_at timestamptz not null,
  version integer not null,
  constraint other_has_description check (kind <> 'OTHER' or other_description is not null)
);
create index plan_measure_plan on plan_measure (plan_id, due_date, number);
create index plan_measure_inbox on plan_measure (body_kind, district_kato, due_date, id)
  where status in ('SENT', 'ACCEPTED', 'IN_PROGRESS');
-- One open measure of a kind for a beneficiary by a body (I-11, decision C2); an override has its reason and a number of its own.
create unique index one_open_measure on plan_measure (family_id, kind, beneficiary_id, organisation_id, override_number)
  nulls not distinct where status in ('PLANNED', 'SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS');

create table measure_status_entry (
  id uuid primary key,
  measure_id uuid not null references plan_measure,
  position integer not null,
  at timestamptz not null,
  status text not null,
  by_organisation text not null,
  on_behalf boolean not null,
  correction boolean not null,
  note text,
  unique (measure_id, position)
);

create table measure_evidence (
  measure_id uuid not null references plan_measure,
  kind text not null,
  evidence_id uuid not null,
  at timestamptz not null,
  primary key (measure_id, kind, evidence_id)
);

-- Protection.

create table consent (
  id uuid primary key,
  person_id uuid not null,
  status text not null,
  scope text[] not null,
  legal_basis text not null,
  text_version text,
  language text,
  way text,
  representative_id uuid,
  external_consent_id text,
  given_at timestamptz,
  valid_until date,
  withdrawn_at timestamptz
);
create index consent_person on consent (person_id, given_at desc, id);

create table safety_flag (
  id uuid primary key,
  person_id uuid not null,
  kind text not null,
  since timestamptz not null,
  cleared_at timestamptz
);
create index safety_flag_person on safety_flag (person_id) where cleared_at is null;

create table conflict_of_interest (
  id uuid primary key,
  person_id uuid not null,
  user_id text not null,
  reason text not null,
  since timestamptz not null,
  awaiting_second_person boolean not null default false,
  lifted_at timestamptz
);
create index conflict_of_interest_person on conflict_of_interest (person_id);

create table professional_note (
  id uuid primary key,
  person_id uuid not null,
  kind text not null check (kind in ('PSYCHOLOGIST', 'LEGAL')),
  at timestamptz not null,
  employee_id uuid not null references employee,
  text text not null
);
create index professional_note_person on professional_note (person_id, kind, at desc);

create table temporary_residence (
  id uuid primary key,
  person_id uuid not null,
  centre_id uuid not null references centre,
  basis text not null,
  referral_number text,
  refusal_reason text,
  admitted_at timestamptz not null,
  must_leave_by date not null,
  discharged_at timestamptz,
  discharge_reason text,
  version integer not null
);
create unique index one_current_residence on temporary_residence (person_id) where discharged_at is null;
create index temporary_residence_person on temporary_residence (person_id, admitted_at desc, id);

create table residence_minor (
  residence_id uuid not null references temporary_residence,
  person_id uuid not null,
  primary key (residence_id, person_id)
);

create table residence_notice (
  id uuid primary key,
  number text not null unique,
  residence_id uuid not null references temporary_residence,
  recipient text not null check (recipient in ('LAW_ENFORCEMENT', 'GUARDIANSHIP')),
  children_count integer not null,
  centre_contact text not null,
  status text not null check (status in ('CREATED', 'SENT', 'DELIVERED', 'ACKNOWLEDGED', 'FAILED')),
  sent_at timestamptz,
  delivered_at timestamptz,
  acknowledged_at timestamptz,
  registry_number text,
  -- Exactly two notices, one to each (I-14).
  unique (residence_id, recipient)
);
