-- Events that their destination refused again and again are given up until an operator sends them again.
alter table outbox add column refusals integer not null default 0, add column failed_at timestamptz;
drop index outbox_waiting;
create index outbox_waiting on outbox (destination, seq) where delivered_at is null and failed_at is null;

-- Years of the production calendar as they were published since this release, over those that came with it.
create table calendar_year (
  year integer primary key,
  version text not null,
  status text not null check (status in ('OFFICIAL', 'PROJECTED')),
  source text not null,
  days_off text[] not null,
  working_weekends text[] not null,
  published_at timestamptz not null
);
