-- A merge of persons or families looks for the rows that name one (I-03, decision D3).
create index break_glass_access_person on break_glass_access (person_id);
create index conflict_of_interest_family on conflict_of_interest (family_id) where family_id is not null;
create index lead_centre_fact_of_family on lead_centre_fact (family_id) where family_id is not null;
create index appeal_applicant on appeal (applicant_id) where applicant_id is not null;
