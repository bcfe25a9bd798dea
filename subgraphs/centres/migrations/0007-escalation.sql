-- The escalation ladder (domain.md 7.4): when the next step of what is still open is to be taken. Null: no step is left.
alter table deadline add column next_step_at timestamptz;
create index deadline_next_step on deadline (next_step_at) where met_at is null and next_step_at is not null;
alter table plan_measure add column next_step_at timestamptz;
create index plan_measure_next_step on plan_measure (next_step_at)
  where status in ('SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS') and next_step_at is not null;

-- A new due date begins a new ladder, whoever sets it.
create function restart_ladder() returns trigger language plpgsql as $$
begin
  new.next_step_at := new.started_at;
  return new;
end $$;
create trigger deadline_restarts before update of due_at on deadline
  for each row when (new.due_at is distinct from old.due_at) execute function restart_ladder();

-- A measure climbs from the day on which it is sent, and again when it is due on another day.
create function restart_measure_ladder() returns trigger language plpgsql as $$
begin
  new.next_step_at := new.created_at;
  return new;
end $$;
create trigger plan_measure_restarts before update of status, due_date on plan_measure
  for each row when (new.due_date is distinct from old.due_date or (new.status = 'SENT' and old.status <> 'SENT'))
  execute function restart_measure_ladder();

update deadline set next_step_at = started_at where met_at is null;
update plan_measure set next_step_at = created_at where status in ('SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS');

-- Each step that was taken, once for each due date: what proves that nobody was told twice.
create table escalation_step (
  entity_id uuid not null,
  subject text not null,
  rule text not null,
  due_at timestamptz not null,
  step text not null,
  level text not null,
  told text[] not null,
  planned_at timestamptz not null,
  taken_at timestamptz not null,
  primary key (entity_id, subject, due_at, step)
);
