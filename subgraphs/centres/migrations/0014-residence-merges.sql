-- A merge of persons looks for the rows that name one (I-03).
create index residence_place_person on residence_place (person_id) where person_id is not null;
