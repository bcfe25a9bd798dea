-- Children who were present at police incidents and whom somebody is to help, or to say why not (J1).
create table child_help_proposal (
  id uuid primary key,
  child_id uuid not null,
  incident_id uuid not null,
  -- Where the incident happened.
  kato text not null check (kato ~ '^[0-9]{9}$'),
  occurred_at timestamptz not null,
  proposed_at timestamptz not null,
  status text not null check (status in ('PROPOSED', 'ACCEPTED', 'DECLINED')),
  case_id uuid references child_help_case (id),
  decline_reason text,
  decided_at timestamptz,
  decided_by_id text,
  -- An incident proposes a child once, however often it is told.
  unique (incident_id, child_id),
  check ((status = 'PROPOSED') = (decided_at is null) and (decided_at is null) = (decided_by_id is null)),
  check ((status = 'ACCEPTED') = (case_id is not null)),
  check ((status = 'DECLINED') = (decline_reason is not null))
);
create index child_help_proposal_child on child_help_proposal (child_id);
-- What waits in a district and in all that lies in it.
create index child_help_proposal_waiting on child_help_proposal (kato text_pattern_ops, proposed_at, id)
  where status = 'PROPOSED';
