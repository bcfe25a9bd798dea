-- What happened to a plan stands in the order in which it was written, also when two things happened at one instant.
alter table plan_history add column position bigint generated always as identity;
drop index plan_history_plan;
create index plan_history_plan on plan_history (plan_id, at, position);
