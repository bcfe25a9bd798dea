-- Since when, and until when, a crisis centre is in the network: the number of a year counts those open on its last day.
alter table crisis_centre
  add column opened_on date not null default '2022-01-01',
  add column closed_on date,
  add check (closed_on >= opened_on);
alter table crisis_centre alter column opened_on drop default;
