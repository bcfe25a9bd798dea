-- Work lists (decision F1), the feed of changes (F2) and what both still lacked.

-- My cases, and plans that wait for a step of their centre.
create index family_case_centre on family_case (lead_centre_id);
create index individual_plan_centre on individual_plan (lead_centre_id, status);
create index appeal_without_family on appeal (centre_id) where family_id is null and closed_at is null;

-- The directory entry of the body that sent a signal: it reads its own ones again. Null where a system or a person sent it.
alter table signal add column sender_id uuid references organisation;
create index signal_family on signal (family_id);
-- Of a region, a district, a city district or a village, newest first, page after page without sorting.
create index signal_kato_2 on signal (left(kato, 2), received_at desc, id);
create index signal_kato_4 on signal (left(kato, 4), received_at desc, id);
create index signal_kato_6 on signal (left(kato, 6), received_at desc, id);
create index signal_kato_9 on signal (left(kato, 9), received_at desc, id);

-- Sort keys that belong to other rows are copied to where they sort, whoever writes: an index knows no joins.
alter table referral add column district_kato text, add column due_at timestamptz;
alter table residence_notice add column district_kato text, add column due_at timestamptz;

-- A referral stands in the district of the receiving organisation, one to a crisis centre in that of its appeal.
create function complete_referral() returns trigger language plpgsql as $$
begin
  new.district_kato := coalesce(
    (select organisation.district_kato from organisation where organisation.id = new.organisation_id),
    (select appeal.district_kato from appeal where appeal.id = new.appeal_id));
  new.due_at := (select deadline.due_at from deadline where entity_id = new.id and subject = 'REFERRAL');
  return new;
end $$;
create trigger referral_complete before insert or update of organisation_id, appeal_id on referral
  for each row execute function complete_referral();

-- A notice stands in the district of the centre: that of the duty unit.
create function complete_notice() returns trigger language plpgsql as $$
begin
  new.district_kato := (
    select centre.district_kato from temporary_residence
    join centre on centre.id = temporary_residence.centre_id
    where temporary_residence.id = new.residence_id);
  new.due_at := (select deadline.due_at from deadline where entity_id = new.id and subject = 'NOTICE');
  return new;
end $$;
create trigger residence_notice_complete before insert on residence_notice
  for each row execute function complete_notice();

create function copy_deadline() returns trigger language plpgsql as $$
begin
  if new.subject = 'REFERRAL' then
    update referral set due_at = new.due_at where id = new.entity_id;
  else
    update residence_notice set due_at = new.due_at where id = new.entity_id;
  end if;
  return null;
end $$;
create trigger deadline_copied after insert or update of due_at on deadline
  for each row when (new.subject in ('REFERRAL', 'NOTICE')) execute function copy_deadline();

update referral set organisation_id = organisation_id;
update residence_notice set
  district_kato = (
    select centre.district_kato from temporary_residence
    join centre on centre.id = temporary_residence.centre_id
    where temporary_residence.id = residence_id),
  due_at = (select deadline.due_at from deadline where entity_id = residence_notice.id and subject = 'NOTICE');

create index referral_district on referral (district_kato, coalesce(due_at, 'infinity'), id);
create index referral_organisation on referral (organisation_id, coalesce(due_at, 'infinity'), id);
create index residence_notice_district on residence_notice (recipient, district_kato, coalesce(due_at, 'infinity'), id);
create index temporary_residence_centre on temporary_residence (centre_id, must_leave_by, id) where discharged_at is null;

-- A warning to a family that does not perform its own measures, a condition of FAMILY_DID_NOT_PERFORM (Rules p.19(3)).
create table family_warning (
  id uuid primary key,
  plan_id uuid not null references individual_plan,
  at timestamptz not null,
  employee_id uuid not null references employee,
  text text not null
);
create index family_warning_plan on family_warning (plan_id, at, id);

-- What was told to the Agency for Civil Service Affairs: one submission for each late measure (R-040, decision C5).
create table civil_service_submission (
  id uuid primary key,
  measure_id uuid not null unique references plan_measure,
  submitted_at timestamptz not null,
  acknowledged_at timestamptz,
  external_id text,
  check ((acknowledged_at is null) = (external_id is null)),
  check (acknowledged_at >= submitted_at)
);
create index civil_service_submission_at on civil_service_submission (submitted_at, measure_id);
create index civil_service_submission_open on civil_service_submission (submitted_at, measure_id) where acknowledged_at is null;

-- Late measures of bodies: those at work after their day, and those finished after it.
create index plan_measure_at_work on plan_measure (due_date, id)
  where status in ('SENT', 'ACCEPTED', 'IN_PROGRESS') and body_kind not in ('FAMILY', 'NGO', 'OTHER');
create index plan_measure_finished_late on plan_measure (due_date, id)
  where status in ('DONE', 'NOT_DONE') and body_kind not in ('FAMILY', 'NGO', 'OTHER')
    and finished_at >= ((due_date + 1)::timestamp at time zone 'Asia/Almaty');

-- The feed of changes: one row for each change and each organisation that it concerns. Whoever writes one holds the feed's lock
-- until the commit, so that positions become visible in their order and no reader ever passes one by.
create table change_entry (
  position bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null check (kind in ('PLAN', 'MEASURE', 'REFERRAL')),
  organisation_id uuid not null references organisation,
  plan_id uuid references individual_plan,
  measure_id uuid references plan_measure,
  referral_id uuid references referral,
  check ((kind = 'PLAN') = (plan_id is not null)),
  check ((kind = 'MEASURE') = (measure_id is not null)),
  check ((kind = 'REFERRAL') = (referral_id is not null))
);
create index change_entry_organisation on change_entry (organisation_id, position);
