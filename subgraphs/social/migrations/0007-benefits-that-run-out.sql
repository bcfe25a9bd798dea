-- The job looks at the few awards that run out (rules/benefit-state.ts).
create index benefit_award_running on benefit_award (ends_on) where status <> 'ENDED' and ends_on is not null;
