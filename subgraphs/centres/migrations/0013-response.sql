-- Immediate response (Rules p.22): what is done at once against a threat to life and health, and by whom.
create table immediate_plan (
  id uuid primary key,
  appeal_id uuid not null references appeal,
  assessment_id uuid not null references primary_assessment,
  mobile_group_id uuid not null references mobile_group,
  legal_basis text not null,
  status text not null check (status in ('DRAFT', 'AGREED', 'RUNNING', 'COMPLETED', 'CANCELLED')),
  created_at timestamptz not null,
  ended_at timestamptz,
  version integer not null,
  check ((status in ('COMPLETED', 'CANCELLED')) = (ended_at is not null))
);
-- An appeal has one such plan at a time; a new one follows when it has ended.
create unique index one_open_immediate_plan on immediate_plan (appeal_id) where status in ('DRAFT', 'AGREED', 'RUNNING');
create index immediate_plan_assessment on immediate_plan (assessment_id, created_at desc, id);

create table immediate_measure (
  id uuid primary key,
  plan_id uuid not null references immediate_plan,
  kind text not null,
  body_kind text not null,
  organisation_id uuid not null references organisation,
  due_at timestamptz not null,
  status text not null check (status in ('PLANNED', 'SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS', 'DONE', 'NOT_DONE', 'CANCELLED')),
  finished_at timestamptz,
  check ((status in ('DONE', 'NOT_DONE', 'CANCELLED')) = (finished_at is not null))
);
create index immediate_measure_plan on immediate_measure (plan_id, due_at, id);

create table immediate_measure_entry (
  id uuid primary key,
  measure_id uuid not null references immediate_measure,
  position integer not null,
  at timestamptz not null,
  status text not null,
  by_organisation text not null,
  on_behalf boolean not null,
  note text,
  unique (measure_id, position)
);

-- How a referral went on, with what was said about it.
create table referral_status_entry (
  id uuid primary key,
  referral_id uuid not null references referral,
  position integer not null,
  at timestamptz not null,
  status text not null,
  by_organisation text not null,
  note text,
  unique (referral_id, position)
);
create index referral_unanswered on referral (sent_at) where status in ('SENT', 'RECEIVED');

-- Mobile groups. A case that belongs to no appeal yet is found again by its person, who has one open case in a district.
alter table mobile_group_case
  add column person_id uuid,
  add column closed_at timestamptz,
  add column conclusion text;
create unique index one_open_case_without_appeal on mobile_group_case (person_id, district_kato)
  where appeal_id is null and status <> 'CLOSED';
create index mobile_group_case_person on mobile_group_case (person_id);
create index mobile_group_approved on mobile_group (year) where status = 'APPROVED';

-- A record id is unique on its device. The same visit from another device, as after a copy of its data, is known by the group's
-- departure as well. Visits stored before devices were told of have none.
alter table mobile_visit add column device_id text;
alter table mobile_visit drop constraint mobile_visit_device_record_id_key;
create unique index one_visit_of_device on mobile_visit (device_id, device_record_id);
create unique index one_visit_of_group on mobile_visit (device_record_id, group_id, departed_at);

-- A centre's rooms and its money (R-016, R-004).
create table centre_facility (
  centre_id uuid not null references centre,
  kind text not null check (kind in ('PSYCHOLOGIST_ROOM', 'SOCIAL_WORKER_ROOM', 'INDIVIDUAL_WORK_ROOM', 'GROUP_WORK_ROOM', 'SAFE_ROOM', 'AREA_SQUARE_METRES')),
  count integer not null check (count >= 0),
  primary key (centre_id, kind)
);
create table centre_budget (
  centre_id uuid not null references centre,
  year integer not null,
  item text not null check (item in ('PAY', 'BUILDINGS', 'OTHER')),
  amount_kzt bigint not null check (amount_kzt >= 0),
  primary key (centre_id, year, item)
);
