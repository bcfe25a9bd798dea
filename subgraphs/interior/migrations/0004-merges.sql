-- A merge of persons looks for the rows that name one (I-03).
create index family_offence_offender on family_offence (offender_id);
