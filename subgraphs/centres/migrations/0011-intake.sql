-- From a signal to confirmed needs (Rules p.12–14): what must hold however many senders report at once.

-- A signal is placed, rejected with a reason, or waits; never two of these (domain.md 6.1).
alter table signal add column event_kind text;
-- On what the data are processed where nobody was asked for consent (Rules p.14, domain.md 8.4).
alter table signal add column legal_basis text;
update signal set legal_basis = case when threat_to_life then 'LIFE_THREAT' else 'STATE_BODY_FUNCTION' end
  where channel <> 'PERSONAL';
alter table signal
  add constraint signal_status_known check (status in ('RECEIVED', 'LINKED', 'NEW_APPEAL', 'REJECTED')),
  add constraint placed_signal_has_appeal check ((status in ('LINKED', 'NEW_APPEAL')) = (appeal_id is not null)),
  add constraint rejected_signal_has_reason check ((status = 'REJECTED') = (rejection_reason is not null)),
  add constraint signal_has_basis check (channel = 'PERSONAL' or legal_basis is not null);
create index signal_person_event on signal (person_id, occurred_at);
create index signal_waiting on signal (received_at) where status = 'RECEIVED';

-- Many signals, one appeal: a family, or a person of no known family, has at most one that is open (domain.md 6.3).
alter table appeal add column reopened_at timestamptz;
-- When social protection was last asked to which family the applicant belongs.
alter table appeal add column family_asked_at timestamptz;
alter table appeal add constraint closed_appeal_has_time check ((status = 'CLOSED') = (closed_at is not null));
create unique index one_open_appeal on appeal (family_id) where status <> 'CLOSED';
create unique index one_open_appeal_of_person on appeal (applicant_id) where family_id is null and status <> 'CLOSED';
create index appeal_familyless on appeal (family_asked_at nulls first) where family_id is null and status <> 'CLOSED';

-- An appeal that is opened again is assessed again: the newest assessment counts, one is open at a time (I-05).
alter table primary_assessment drop constraint primary_assessment_appeal_id_key;
alter table primary_assessment add column position bigint generated always as identity;
create unique index one_open_assessment_of_appeal on primary_assessment (appeal_id) where status in ('DUE', 'IN_PROGRESS');
create index primary_assessment_appeal on primary_assessment (appeal_id, position desc);

-- A mobile group is at one case of an appeal at a time; what is reported after it has gone is a case of its own.
alter table mobile_group_case drop constraint mobile_group_case_appeal_id_key;
create unique index one_mobile_case_at_work on mobile_group_case (appeal_id)
  where status in ('REGISTERED', 'ASSIGNED', 'VISITED');
-- One that proves to be another's double ends before a group is sent.
alter table mobile_group_case drop constraint mobile_group_case_check;
alter table mobile_group_case add constraint case_at_work_has_group check (status in ('REGISTERED', 'CLOSED') or group_id is not null);
create index mobile_group_case_appeal on mobile_group_case (appeal_id, registered_at desc);

-- What every agency was told of who leads whose case (decision A4), so that it can be taken back. Without a family while the
-- person's is unknown; with one, it also tells the centres who belongs to it when they cannot ask.
create table lead_centre_fact (
  id uuid primary key,
  family_id uuid,
  subject_id uuid not null,
  centre_id uuid not null references centre,
  since timestamptz not null,
  ended_at timestamptz
);
create unique index one_lead_centre on lead_centre_fact (subject_id, family_id) nulls not distinct where ended_at is null;
create index lead_centre_fact_family on lead_centre_fact (family_id) where ended_at is null;
insert into lead_centre_fact (id, family_id, subject_id, centre_id, since)
  select access_fact.id, family_case.family_id, family_case.family_id, access_fact.organisation_id, now()
  from access_fact join family_case on family_case.family_id = access_fact.subject_id
  where access_fact.kind = 'LEAD_CENTRE' and access_fact.valid_until is null
  on conflict do nothing;
