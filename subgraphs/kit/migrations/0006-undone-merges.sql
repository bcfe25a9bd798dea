-- Merges that were taken back before they were told of: an event that was given up may come after the one that undoes it.
create table undone_merge (
  merge_id uuid primary key
);
