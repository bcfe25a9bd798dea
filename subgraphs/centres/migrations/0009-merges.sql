-- A merge of persons or families looks for the rows that name one (I-03, decision D3).
create index need_beneficiary on need (beneficiary_id);
create index referral_person on referral (person_id);
create index plan_signature_signatory on plan_signature (signatory_person_id) where signatory_person_id is not null;
create index plan_measure_beneficiary on plan_measure (beneficiary_id) where beneficiary_id is not null;
create index consent_representative on consent (representative_id) where representative_id is not null;
create index safety_flag_of on safety_flag (person_id);
create index residence_minor_person on residence_minor (person_id);
create index primary_assessment_family on primary_assessment (family_id) where family_id is not null;
