-- Crisis centres stand in the directory under their region and name, never with an address. What names one tells where somebody
-- may be: it is there for those alone who may know of safe places (decision A6). None is a state body, so that no late measure
-- of one is ever passed on (decision C5).
alter table organisation add column crisis_centre boolean not null default false;
alter table organisation add check (not crisis_centre or (kind = 'SOCIAL_PROTECTION' and not state_body));
create index organisation_crisis_centre on organisation (id) where crisis_centre;
