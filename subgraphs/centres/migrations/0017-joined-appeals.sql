-- Appeals that became one, and what of the later one moved: when the merge by which they did is taken back, they are two again (I-03).
create table appeal_joining (
  id uuid primary key,
  appeal_id uuid not null references appeal,
  into_id uuid not null references appeal,
  joined_at timestamptz not null,
  -- The merges that made one person of those whom they are about; none where it was for good.
  merge_ids uuid[] not null,
  -- Signals, consultations, attempts, referrals and cases of the mobile group.
  record_ids uuid[] not null,
  parted_at timestamptz
);
create unique index one_joining_of_appeal on appeal_joining (appeal_id) where parted_at is null;
create index appeal_joining_merges on appeal_joining using gin (merge_ids) where parted_at is null;
