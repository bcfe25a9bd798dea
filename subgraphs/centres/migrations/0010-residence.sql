-- A personal request has no referral, and every referral has its number (Rules p.25).
update temporary_residence set referral_number = null where basis = 'PERSONAL_REQUEST';
alter table temporary_residence
  add check ((basis = 'PERSONAL_REQUEST') = (referral_number is null));

-- What became of the reservations of social protection: each is settled once, by the admission that used it or, without a
-- residence, as lapsed (decision B4, schema/decisions/0010).
create table residence_place (
  reservation_id uuid primary key,
  residence_id uuid references temporary_residence,
  person_id uuid,
  check ((residence_id is null) = (person_id is null)),
  unique (residence_id, person_id)
);

-- Notices that nobody took in yet, and the messages that carry them.
create index residence_notice_under_way on residence_notice (id) where status in ('SENT', 'FAILED');
create index outbox_notice on outbox ((payload ->> 'noticeId')) where type = 'NoticeSent';
