-- What other agencies count for the indicators, day by day and without persons (decision D4). A stock is told by its
-- changes. A day that is told again takes the place of the one before.
create table agency_aggregate (
  code text not null,
  day date not null,
  region_kato text not null check (region_kato ~ '^[0-9]{2}0{7}$'),
  value integer not null,
  primary key (code, day, region_kato)
);

-- Up to which day an aggregate is complete here; without a row nothing of it has come yet, which is not the same as 0.
create table agency_aggregate_state (
  code text primary key,
  complete_until date not null
);

-- By which the indicators find what happened in a period.
create index signal_received on signal (received_at);
create index signal_first on signal (appeal_id, received_at, id) include (source) where appeal_id is not null;
create index measure_sent on measure_status_entry (at) where status = 'SENT';
create index plan_measure_finished on plan_measure (finished_at) where finished_at is not null;
create index primary_assessment_completed on primary_assessment (completed_at) where completed_at is not null;
create index individual_plan_evaluated on individual_plan (evaluated_at) where evaluated_at is not null;
create index temporary_residence_admitted on temporary_residence (admitted_at);
-- When a plan came into force, and when it ceased to be: once each (domain.md 6.1).
create index plan_history_in_force on plan_history (plan_id, at) where status in ('ACTIVE', 'UNDER_REVISION');
create index plan_history_ended on plan_history (plan_id, at)
  where status in ('COMPLETED', 'TERMINATED', 'EXPIRED', 'EVALUATED');
create index plan_history_approved on plan_history (at) where status = 'ACTIVE';
