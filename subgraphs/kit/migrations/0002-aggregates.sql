-- What this agency has told of its daily counts (decision D4), so that only days whose counts changed are told again.
create table aggregate_publication (
  code text primary key,
  -- The last day that was over when all counts were told; null until they were for the first time.
  complete_until date
);

create table published_day (
  code text not null references aggregate_publication,
  day date not null,
  -- Of the counts as they were told last.
  fingerprint text not null,
  primary key (code, day)
);
