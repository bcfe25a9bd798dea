-- A human being as the registry knows it. A merged person is a tombstone: `merged_into` names the record it was joined into,
-- which may itself be merged later; `identity_status` stays what it was, for the day the merge is taken back (I-03).
create table person (
  id uuid primary key,
  iin text check (iin ~ '^[0-9]{12}$'),
  identity_status text not null check (identity_status in ('CONFIRMED', 'PROVISIONAL', 'DECEASED')),
  merged_into uuid references person (id) check (merged_into <> id),
  full_name text,
  birth_date date,
  birth_year integer,
  sex text check (sex in ('MALE', 'FEMALE')),
  registered_kato text check (registered_kato ~ '^[0-9]{9}$'),
  registered_address text,
  phone text,
  recorded_at timestamptz not null,
  check (identity_status <> 'CONFIRMED' or iin is not null),
  check (identity_status <> 'PROVISIONAL' or iin is null),
  check (birth_date is null or birth_year is not distinct from extract(year from birth_date)::integer)
);
-- I-03: one confirmed person for an IIN.
create unique index person_confirmed_iin on person (iin) where identity_status = 'CONFIRMED' and merged_into is null;
create index person_merged_into on person (merged_into) where merged_into is not null;

-- `merged_into` as with persons (decision D3).
create table family (
  id uuid primary key,
  kato text check (kato ~ '^[0-9]{9}$'),
  merged_into uuid references family (id) check (merged_into <> id),
  recorded_at timestamptz not null
);
-- The families of a region, district, rural district or settlement by id, page after page without sorting.
create index family_kato_2 on family (left(kato, 2), id) where merged_into is null;
create index family_kato_4 on family (left(kato, 4), id) where merged_into is null;
create index family_kato_6 on family (left(kato, 6), id) where merged_into is null;
create index family_kato_9 on family (left(kato, 9), id) where merged_into is null;
create index family_merged_into on family (merged_into) where merged_into is not null;

-- Changes add rows; a row without `until` is current.
create table family_membership (
  id uuid primary key,
  family_id uuid not null references family (id),
  person_id uuid not null references person (id),
  role text not null check (role in ('HEAD', 'SPOUSE', 'CHILD', 'PARENT', 'GUARDIAN', 'SIBLING', 'OTHER', 'FORMER_SPOUSE')),
  since date,
  until date,
  check (until >= since)
);
-- I-02: one current family for a person.
create unique index family_membership_current on family_membership (person_id) where until is null;
create index family_membership_person on family_membership (person_id);
create index family_membership_family on family_membership (family_id);

-- Never updated. `indicators` maps codes of rules/wellbeing-indicators.ts to whether the family is deprived.
create table wellbeing_rating (
  id uuid primary key,
  family_id uuid not null references family (id),
  category text not null check (category in ('A', 'B', 'C', 'D', 'E')),
  methodology text not null check (methodology in ('ORDER_267_FIVE_LEVELS', 'SCORING_SIX_LEVELS')),
  calculated_at timestamptz not null,
  indicators jsonb not null
);
create index wellbeing_rating_family on wellbeing_rating (family_id, calculated_at desc, id);

-- `code` is one of rules/benefit-codes.ts; `measure_id` is the plan measure that the award moves.
create table benefit_award (
  id uuid primary key,
  person_id uuid not null references person (id),
  code text not null,
  starts_on date not null,
  ends_on date,
  status text not null check (status in ('ACTIVE', 'SUSPENDED', 'ENDED')),
  measure_id uuid,
  version integer not null,
  check (ends_on >= starts_on),
  check (status <> 'ENDED' or ends_on is not null)
);
create index benefit_award_person on benefit_award (person_id, starts_on desc);

create table employment_case (
  id uuid primary key,
  person_id uuid not null unique references person (id),
  status text not null check (status in ('NOT_REGISTERED', 'REGISTERED_UNEMPLOYED', 'IN_TRAINING', 'EMPLOYED')),
  career_centre text,
  job_found_on date,
  measure_id uuid,
  check ((status = 'EMPLOYED') = (job_found_on is not null))
);

-- A person without a row has no disability on record; NONE is one that has lapsed.
create table disability (
  person_id uuid primary key references person (id),
  disability_group text not null check (disability_group in ('NONE', 'FIRST', 'SECOND', 'THIRD', 'CHILD')),
  since date not null,
  measure_id uuid
);

-- No address, here or anywhere. Titles sort by code point, so that every engine lists them alike.
create table crisis_centre (
  id uuid primary key,
  title_ru text collate "C" not null,
  title_kk text not null,
  region_kato text not null check (region_kato ~ '^[0-9]{2}0{7}$'),
  target_groups text[] not null check (target_groups <@ array['DOMESTIC_VIOLENCE', 'HUMAN_TRAFFICKING', 'OTHER']),
  licensed_until date,
  capacity integer check (capacity >= 0)
);
create index crisis_centre_region on crisis_centre (region_kato, title_ru, id);

-- A row without `ends_on` is a person who is there now.
create table crisis_centre_placement (
  id uuid primary key,
  person_id uuid not null references person (id),
  crisis_centre_id uuid not null references crisis_centre (id),
  starts_on date not null,
  ends_on date,
  outcome text,
  measure_id uuid,
  version integer not null,
  check (ends_on >= starts_on),
  check ((ends_on is null) = (outcome is null))
);
-- I-12, as far as crisis centres go.
create unique index crisis_centre_placement_current on crisis_centre_placement (person_id) where ends_on is null;
create index crisis_centre_placement_person on crisis_centre_placement (person_id, starts_on desc);
create index crisis_centre_placement_occupied on crisis_centre_placement (crisis_centre_id) where ends_on is null;

-- One answer to one referral of a Family Support Centre (Rules p.24); `person_id` is the victim.
create table victim_identification (
  referral_id uuid primary key,
  person_id uuid not null references person (id),
  result text not null check (result in ('PENDING', 'CONFIRMED', 'NOT_CONFIRMED', 'PERSON_REFUSED')),
  decided_at timestamptz,
  grounds text[],
  measure_id uuid,
  check ((result = 'PENDING') = (decided_at is null)),
  check (result <> 'CONFIRMED' or coalesce(cardinality(grounds), 0) > 0)
);
create index victim_identification_person on victim_identification (person_id);

-- The one current place of a person in the country, a centre's residence or a crisis centre (decision B4, I-12).
-- HELD lapses at `expires_at`: whoever wants the place next moves it to EXPIRED first, since an index knows no clock.
create table place_reservation (
  id uuid primary key,
  person_id uuid not null references person (id),
  place_id uuid not null,
  status text not null check (status in ('HELD', 'CONFIRMED', 'RELEASED', 'EXPIRED')),
  reserved_at timestamptz not null,
  expires_at timestamptz,
  check (status <> 'HELD' or expires_at is not null)
);
create unique index place_reservation_current on place_reservation (person_id) where status in ('HELD', 'CONFIRMED');

-- Two records that may be one person; `right_person_id` raised it. A pair is suggested once, whichever way round.
create table link_suggestion (
  id uuid primary key,
  left_person_id uuid not null references person (id),
  right_person_id uuid not null references person (id),
  score double precision not null check (score between 0 and 1),
  reasons jsonb not null,
  status text not null check (status in ('OPEN', 'ACCEPTED', 'REJECTED')),
  suggested_at timestamptz not null,
  decided_at timestamptz,
  check (left_person_id <> right_person_id),
  check ((status = 'OPEN') = (decided_at is null))
);
create unique index link_suggestion_pair
  on link_suggestion (least(left_person_id, right_person_id), greatest(left_person_id, right_person_id));
