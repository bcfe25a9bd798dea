-- What every agency keeps besides its own records.

-- A command that took effect, with its stored answer. Scope: organisation and operation.
create table idempotency (
  organisation text not null,
  operation text not null,
  key text not null,
  input_hash text not null,
  answer jsonb,
  created_at timestamptz not null,
  primary key (organisation, operation, key)
);
create index idempotency_created_at on idempotency (created_at);

-- Who changed what; written in the transaction of the change, never updated.
create table audit_entry (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  request_id text not null,
  user_id text not null,
  role text not null,
  organisation text,
  purpose text,
  operation text not null,
  entity_ids text[] not null,
  before jsonb,
  after jsonb
);
create index audit_entry_at on audit_entry (at);

-- Events on their way to other agencies; written in the transaction of the change that they tell of.
create table outbox (
  seq bigint generated always as identity primary key,
  event_id uuid not null,
  destination text not null,
  type text not null,
  payload jsonb not null,
  created_at timestamptz not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  delivered_at timestamptz,
  unique (event_id, destination)
);
create index outbox_waiting on outbox (destination, seq) where delivered_at is null;

-- Events received; what stands here has had its effect.
create table inbox (
  event_id uuid primary key,
  type text not null,
  received_at timestamptz not null
);

-- What this agency knows about who may see whom (decision A4). Owned by centres, interior and social, projected here.
-- The subject is a person or a family.
create table access_fact (
  id uuid primary key,
  subject_id uuid not null,
  kind text not null check (kind in ('LEAD_CENTRE', 'ASSIGNED', 'CONSENT', 'GRANT', 'CONFLICT')),
  organisation_id uuid,
  user_id text,
  other_person_id uuid,
  scope text,
  valid_until timestamptz
);
create index access_fact_subject on access_fact (subject_id, kind);

-- The synthetic country that was loaded here, if any: one row, written in the transaction that loads it.
create table nation (
  singleton boolean primary key default true check (singleton),
  seed integer not null,
  families integer not null,
  as_of timestamptz not null
);
