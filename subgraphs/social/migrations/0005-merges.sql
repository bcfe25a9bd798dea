-- A merge of persons looks for the rows that name one (I-03).
create index place_reservation_person on place_reservation (person_id);
