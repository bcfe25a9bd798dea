-- What each version of a plan says (Rules p.17, I-08): kept for good, so that versions can be compared.
create table plan_version (
  plan_id uuid not null references individual_plan,
  version integer not null,
  start_date date not null,
  end_date date not null,
  measures jsonb not null,
  created_at timestamptz not null,
  primary key (plan_id, version),
  constraint version_at_most_one_year check (end_date > start_date and end_date <= start_date + interval '1 year')
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'What was signed stays as it was signed.';
end $$;
create trigger plan_version_stays before update on plan_version for each row execute function refuse_change();

insert into plan_version (plan_id, version, start_date, end_date, measures, created_at)
select plan.id, plan.version, plan.start_date, plan.end_date,
  coalesce((
    select jsonb_agg(jsonb_build_object('measureId', m.id, 'kind', m.kind, 'title', m.title,
      'organisationId', m.organisation_id, 'dueDate', m.due_date) order by m.due_date, m.id)
    from plan_measure as m where m.plan_id = plan.id), '[]'),
  plan.created_at
from individual_plan as plan;

-- A restart follows an evaluated plan, and a mobile group takes part (I-16).
alter table individual_plan add column mobile_group_id uuid references mobile_group;
alter table individual_plan add constraint restart_with_mobile_group
  check ((predecessor_id is null) = (mobile_group_id is null));

-- Whose last day has passed, and what is still to be compared with help that is given elsewhere (decision B3).
create index individual_plan_end on individual_plan (end_date) where status in ('ACTIVE', 'UNDER_REVISION');
create index individual_plan_unchecked on individual_plan (created_at) where not duplicates_checked;

-- Assignments by a plan, which end with it: their scope is the plan's id.
create index access_fact_scope on access_fact (scope) where kind = 'ASSIGNED' and scope is not null;
