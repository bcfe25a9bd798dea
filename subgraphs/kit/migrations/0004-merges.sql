-- Ids of persons and of families that were merged (I-03, decision D3): what named the duplicate now belongs to the one kept.
create table merged_id (
  duplicate_id uuid primary key,
  merge_id uuid not null unique,
  kept_id uuid not null check (kept_id <> duplicate_id),
  -- Where the merges lead in the end: the one kept may have been merged itself.
  survivor_id uuid not null check (survivor_id <> duplicate_id)
);
create index merged_id_survivor on merged_id (survivor_id);
create index merged_id_kept on merged_id (kept_id);

-- Which rows a merge has moved, so that it can be taken back exactly. A row that a guard of the database held back stays with
-- the duplicate's id and stands here as not moved.
create table repointed_row (
  merge_id uuid not null references merged_id (merge_id),
  table_name text not null,
  column_name text not null,
  -- The values of the row's key without the column itself, as a JSON list.
  row_key text not null,
  moved boolean not null,
  primary key (merge_id, table_name, column_name, row_key)
);
