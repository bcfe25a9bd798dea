-- Mobile groups (Rules p.20–22). A group's composition is approved by an akim's order for one calendar year (DL-09).
create table mobile_group (
  id uuid primary key,
  district_kato text not null,
  year integer not null,
  status text not null check (status in ('DRAFT', 'APPROVED', 'EXPIRED')),
  akim_order_number text,
  akim_order_date date,
  version integer not null,
  check ((status = 'DRAFT') = (akim_order_number is null)),
  check ((akim_order_number is null) = (akim_order_date is null))
);
-- One composition is in force in a district and year.
create unique index one_approved_mobile_group on mobile_group (district_kato, year) where status <> 'DRAFT';
create index mobile_group_district on mobile_group (district_kato, year desc, id);

create table mobile_group_member (
  group_id uuid not null references mobile_group,
  position integer not null,
  body text not null,
  employee_name text not null,
  primary key (group_id, position)
);

-- The same event reported by several bodies is one case (R-055, domain.md 6.3); the first source is the published one.
create table mobile_group_case (
  id uuid primary key,
  appeal_id uuid unique references appeal,
  group_id uuid references mobile_group,
  district_kato text not null,
  registered_at timestamptz not null,
  source text not null,
  sources text[] not null,
  status text not null check (status in ('REGISTERED', 'ASSIGNED', 'VISITED', 'HANDED_TO_CENTRE', 'NO_SUPPORT_NEEDED', 'CLOSED')),
  version integer not null,
  constraint first_source_is_published check (source = sources[1]),
  check (status = 'REGISTERED' or group_id is not null)
);
create index mobile_group_case_district on mobile_group_case (district_kato, registered_at desc, id);
create index mobile_group_case_registered on mobile_group_case (registered_at);

create table mobile_visit (
  id uuid primary key,
  group_id uuid not null references mobile_group,
  case_id uuid not null references mobile_group_case,
  device_record_id text not null unique,
  departed_at timestamptz not null,
  arrived_at timestamptz,
  present text[] not null,
  absence_explanation text,
  result text not null,
  note text,
  check (arrived_at >= departed_at)
);
create index mobile_visit_case on mobile_visit (case_id, departed_at, id);

-- What the indicators count by time, and what waits for somebody.
create index appeal_registered on appeal (registered_at);
create index consultation_at on consultation (at);
create index individual_plan_approved on individual_plan (approved_at) where approved_at is not null;
create index plan_measure_family on plan_measure (family_id);
