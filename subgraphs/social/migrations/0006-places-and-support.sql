-- Nothing is awarded twice (I-11): one active award of a code for a person. Of those that were, the later ones rest.
update benefit_award set status = 'SUSPENDED', version = version + 1
where status = 'ACTIVE' and exists (
  select from benefit_award as earlier
  where earlier.person_id = benefit_award.person_id and earlier.code = benefit_award.code and earlier.status = 'ACTIVE'
    and (earlier.starts_on, earlier.id) < (benefit_award.starts_on, benefit_award.id));
create unique index benefit_award_active on benefit_award (person_id, code) where status = 'ACTIVE';

-- When the centres were asked what became of a reservation whose ten minutes have passed (schema/decisions/0010).
alter table place_reservation add column lapse_told_at timestamptz;
create index place_reservation_lapsing on place_reservation (expires_at) where status = 'HELD' and lapse_told_at is null;

-- To whom the referral for identification is addressed: only that body decides.
alter table victim_identification add column crisis_centre_id uuid, add column organisation_id uuid;
