-- The load of a centre is computed from its appeals (I-21).
alter table centre drop column appeals_per_day;
