-- Records name the body that made them: others may not complete them. Those from before have none.
alter table medical_episode add column organisation_id uuid;
alter table medical_episode add constraint medical_episode_closed check (closed_at >= opened_at);
create index medical_episode_organisation on medical_episode (organisation_id, opened_at desc);
create unique index medical_episode_signal on medical_episode (signal_id);

alter table medical_appointment add column booked_by_id uuid;
-- The same visit is booked once.
create unique index medical_appointment_booked on medical_appointment (person_id, organisation, at)
  where status = 'BOOKED';
