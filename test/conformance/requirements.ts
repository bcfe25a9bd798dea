/** What domain.md demands, by id: R the requirements, I the invariants, DL the time limits. Tests cite these ids in their names. */
export interface Requirement {
  readonly id: string;
  readonly title: string;
  /** Source document and paragraph, or the Rules' point. */
  readonly source: string;
  /** Why there is nothing to enforce, where no test can hold it. */
  readonly nothingToEnforce?: string;
}

export const REQUIREMENTS: readonly Requirement[] = [
  { id: 'R-001', title: 'ЦПС are communal state institutions (КГУ) in districts and city districts', source: 'S1 ¶7' },
  {
    id: 'R-002',
    title:
      'Coordination and method guidance: authorised body for state family policy (МКИ; Committee for Youth and Family Affairs)',
    source: 'S3 п.3 ¶95, ¶11',
  },
  {
    id: 'R-003',
    title: 'Staffing table set by district/city akimats within minimum norms',
    source: 'S3 п.4 ¶97; S1 ¶53',
  },
  { id: 'R-004', title: 'Financing from local budgets and other lawful sources', source: 'S3 п.5 ¶99' },
  {
    id: 'R-005',
    title:
      'Nine functions: family policy; coordination of support via the integrated model; social/legal/psychological support; domestic-violence support with residence; information work; interaction; monitoring and trends; mobile groups; other prevention',
    source: 'S3 п.6 ¶103–123',
  },
  {
    id: 'R-006',
    title: 'Two units: (1) consultation and complex accompaniment, (2) methodology and outreach',
    source: 'S3 п.7–9 ¶125–142',
  },
  {
    id: 'R-007',
    title: 'Unit 1 assesses, determines the need, organises mobile groups, coordinates bodies, organises residence',
    source: 'S3 п.8 ¶132–136',
  },
  {
    id: 'R-008',
    title: 'Unit 2 runs outreach events, writes analytic notes and reports, monitors effectiveness',
    source: 'S3 п.9 ¶140–142',
  },
  {
    id: 'R-009',
    title: 'Interaction with akimats, organisations, volunteers, advisory bodies',
    source: 'S3 п.6(6) ¶115, п.10 ¶144',
  },
  { id: 'R-010', title: 'Help is voluntary for all who apply', source: 'S3 п.11 ¶146' },
  {
    id: 'R-011',
    title:
      'Project Office at МКИ (order № 120-НҚ, 31 Mar 2025): coordinates development, recommendations, training, statistics and analysis, draft norms',
    source: 'S1 ¶21, ¶103–107',
  },
  {
    id: 'R-012',
    title:
      'ЦПС = prevention + first response; crisis centres = consequences of violence only; functions must not overlap',
    source: 'S1 ¶31–39',
  },
  { id: 'R-013', title: 'No medical services at ЦПС; refer to medical institutions', source: 'S1 ¶65' },
  {
    id: 'R-014',
    title:
      'Centre psychologists are педагоги-психологи: counselling, prevention, motivation; clinical psychology is licensed and separate',
    source: 'S1 ¶63',
  },
  {
    id: 'R-015',
    title: 'Conditions for women and children must not be like shelters for the homeless',
    source: 'S1 ¶41',
    nothingToEnforce:
      'How a building feels is seen on the spot. Homelessness is no basis of a residence (ResidenceBasis has four values, R-063), and the rooms of a centre are listed (R-016).',
  },
  {
    id: 'R-016',
    title:
      'Minimum state norm of the ЦПС network (draft): rooms for psychologists, social workers, individual and group work, area, staff, extra infrastructure; common rules for buildings incl. safe rooms',
    source: 'S1 ¶45; S0 ¶8',
  },
  {
    id: 'R-017',
    title: 'Standard qualification characteristics of ЦПС staff (being approved); list of posts № 1042 to include ЦПС',
    source: 'S1 ¶57–59',
    nothingToEnforce:
      'The standard qualification characteristics are not approved, so that nothing can be measured by them; what somebody is qualified for is told as text (Employee.qualification, R-014).',
  },
  { id: 'R-018', title: 'Earlier work was consultation only, under state social orders and grants', source: 'S1 ¶9' },
  {
    id: 'R-019',
    title:
      'Not wanted, said explicitly: a separate regulation on FSM training and yearly certification; a separate working group',
    source: 'S1 ¶79, ¶109',
  },
  {
    id: 'R-020',
    title:
      'Five intake channels: (1) the person/family itself, (2) contact centre 111, (3) state information systems, (4) state/advisory/collegial bodies, organisations, individuals, (5) media and social networks',
    source: 'S3 п.12 ¶148–154',
  },
  {
    id: 'R-021',
    title:
      'Channel 1: an interview is held and, with consent to collect and process personal data, the information on the person (family) is formed',
    source: 'S3 п.13 ¶156',
  },
  {
    id: 'R-022',
    title: 'Consultation and/or redirect to the proper organisations within 1 working day',
    source: 'S3 п.13(1) ¶158, п.14(1) ¶166',
  },
  {
    id: 'R-023',
    title: 'Primary assessment to determine ТЖС and response within 3 working days',
    source: 'S3 п.13(2) ¶160, п.14(2) ¶168',
  },
  {
    id: 'R-024',
    title: 'With threat to life and health: 1 working day with immediate response measures',
    source: 'same',
  },
  {
    id: 'R-025',
    title: 'Determination of needs for the plan for those found in ТЖС',
    source: 'S3 п.13(3) ¶162, п.14(3) ¶170',
  },
  {
    id: 'R-026',
    title: 'ТЖС is a situation recognised on grounds of the Social Code that the person cannot overcome alone',
    source: 'S3 п.2(2) ¶87',
  },
  { id: 'R-027', title: 'Consult and redirect may both happen ("и/или")', source: 'S3 ¶158' },
  { id: 'R-028', title: 'Handling used to take 15–20 days', source: 'S1 ¶14' },
  {
    id: 'R-029',
    title:
      'Domestic-violence cases are recorded in ЦКС; bodies see which families need help and which measures were given',
    source: 'S0 ¶1',
  },
  { id: 'R-030', title: 'Plan is made after needs are determined, for not more than one year', source: 'S3 п.15 ¶172' },
  {
    id: 'R-031',
    title:
      'Developed with the family plus specialists: lawyers, psychologists, social pedagogues, medical workers, social workers, local police, NGOs',
    source: 'S3 п.15 ¶172',
  },
  {
    id: 'R-032',
    title:
      "Measures listed separately per kind of state support within bodies' competence, plus the family's own active measures",
    source: 'S3 п.16 ¶174',
  },
  { id: 'R-033', title: 'Every measure has a deadline', source: 'S3 п.16 ¶174' },
  {
    id: 'R-034',
    title: 'Plan is signed by a centre employee and the family, approved by the centre head',
    source: 'S3 п.17 ¶176',
  },
  { id: 'R-035', title: 'Reviewed and corrected when needed', source: 'S3 п.17 ¶176' },
  { id: 'R-036', title: 'Coordination per art. 19(20-1) Social Code', source: 'S3 п.18 ¶178–180' },
  {
    id: 'R-037',
    title:
      'Four grounds to stop: all measures done; family refuses; family does not perform; objective confirmed individual grounds',
    source: 'S3 п.19 ¶182–190',
  },
  { id: 'R-038', title: 'ЦПС monitors and evaluates by the change of the wellbeing category in ЦКС', source: 'S1 ¶91' },
  { id: 'R-039', title: 'Bodies send measure statuses to ЦКС automatically', source: 'S1 ¶93' },
  {
    id: 'R-040',
    title:
      'Untimely measures → information goes to the state-services monitoring system of the Agency for Civil Service Affairs',
    source: 'S1 ¶93',
  },
  {
    id: 'R-041',
    title:
      'Plan done but no result (family not out of E, D) → ЦПС studies the situation again and makes a new plan with a mobile group',
    source: 'S1 ¶95; S0 ¶3',
  },
  {
    id: 'R-042',
    title:
      'Restart information goes to a single base integrated with FSM Social and Power BI for МВД, health, education',
    source: 'S0 ¶3',
  },
  {
    id: 'R-043',
    title:
      'Coordination rules № 192 (14 June 2024): from the moment of detection, comprehensive support within competence',
    source: 'S1 ¶85–87',
  },
  {
    id: 'R-044',
    title: 'Standard № 496-НҚ (24 Oct 2024): order of interagency interaction through the integrated model',
    source: 'S1 ¶89',
  },
  {
    id: 'R-045',
    title:
      'The integrated model = organisational and functional approach with state bodies under one coordinating body',
    source: 'S3 п.2(4) ¶93',
  },
  {
    id: 'R-050',
    title: 'Centres organise mobile groups for early detection and support',
    source: 'S3 п.6(8) ¶119, п.20 ¶192',
  },
  {
    id: 'R-051',
    title:
      "Members: education, health, internal affairs, under coordination of the akimat's social protection and employment body",
    source: 'S3 п.21 ¶194; ¶121',
  },
  {
    id: 'R-052',
    title: 'Composition approved by order of the akim of the district / city district for one calendar year',
    source: 'S3 п.21 ¶194',
  },
  {
    id: 'R-053',
    title:
      'On information about an immediate threat to life and health the centre calls in the mobile group to work out immediate measures',
    source: 'S3 п.22 ¶196',
  },
  {
    id: 'R-054',
    title: 'The immediate plan names measures and the responsible local and territorial bodies and organisations',
    source: 'S3 п.22 ¶196',
  },
  { id: 'R-055', title: 'Cases recorded by source; probation is the largest source', source: 'S1 ¶18; S0 ¶6' },
  { id: 'R-056', title: 'FSM Social is the mobile software of mobile-group members', source: 'S1 ¶71' },
  {
    id: 'R-060',
    title:
      'Five measures for persons with signs of domestic violence: info/legal/psychological; employment, vocational training; help to get guaranteed medical care; advice on state support; temporary residence ≤ 1 month',
    source: 'S3 п.23 ¶198–208',
  },
  { id: 'R-061', title: 'Temporary residence up to one month', source: 'S3 п.6(4) ¶111, п.23(5) ¶208; S1 ¶37' },
  {
    id: 'R-062',
    title:
      'For identification, the centre redirects the person within 2 working days to organisations giving special social services to victims (Standard № 263)',
    source: 'S3 п.24 ¶210–212',
  },
  {
    id: 'R-063',
    title:
      'Residence is free (budget), on referral of district social protection, health or internal affairs at the place of actual stay, or on personal request',
    source: 'S3 п.25 ¶214',
  },
  {
    id: 'R-064',
    title:
      'Person with minors is admitted together with them; within 24 hours the centre notifies law enforcement and guardianship in writing',
    source: 'S3 п.26 ¶216',
  },
  {
    id: 'R-065',
    title: 'Some victims refuse crisis centres, e.g. because of distance; then ЦПС gives residence',
    source: 'S1 ¶37',
  },
  { id: 'R-066', title: 'Crisis centres: special social services, rehabilitation, no prevention', source: 'S1 ¶35' },
  {
    id: 'R-067',
    title: 'Crisis centres give emergency psychological, social, medical and legal help',
    source: 'S2 ¶30–34',
    nothingToEnforce:
      'What a crisis centre does for its guests is kept in its own records; the graph holds the stay, and the catalogue whose services they are (R-066).',
  },
  {
    id: 'R-068',
    title: 'Victims who do not go to the police are not identified and lose access to special social services',
    source: 'S2 ¶78–82',
  },
  { id: 'R-069', title: 'Psycho-corrective courses with aggressors (recommendation)', source: 'S2 ¶128' },
  {
    id: 'R-070',
    title: 'Long-term programmes, awareness, training with universities, regional expansion (recommendations)',
    source: 'S2 ¶102–126',
  },
  {
    id: 'R-071',
    title:
      'Good practice (Kvinnojouren): psychological support, help to find housing, financial independence, legal support in court',
    source: 'S2 ¶57–66',
  },
  {
    id: 'R-072',
    title:
      'Problems to measure: money, work only after the fact, low awareness, short-term help only, centres out of reach',
    source: 'S2 ¶71–97',
  },
  {
    id: 'R-073',
    title: 'Special social services = services that give conditions to overcome grounds that objectively disrupt life',
    source: 'S3 п.2(1) ¶85; S1 ¶35',
  },
  {
    id: 'R-080',
    title: 'Help rooms for children who suffered violence, "one window", child-friendly',
    source: 'S4 ¶5–7',
  },
  {
    id: 'R-081',
    title:
      'Services in one place: primary psychological aid, forensic medical examination, interview in presence of specialists',
    source: 'S4 ¶7',
  },
  { id: 'R-082', title: 'Avoid repeat traumatisation; no need to go to several institutions', source: 'S4 ¶7' },
  {
    id: 'R-083',
    title:
      'Law "On crime prevention" signed 30 Dec 2025, norm in force 2 March 2026; room rules to be approved, opening in stages by region',
    source: 'S4 ¶9',
  },
  {
    id: 'R-084',
    title:
      'Rules for detecting and helping minors who suffered violence, cruel treatment, bullying or witnessed violence',
    source: 'S4 ¶11',
  },
  {
    id: 'R-085',
    title: "Interaction: state bodies, schools, contact centre 111, Children's Rights Ombudsman and regional ombudsmen",
    source: 'S4 ¶11',
  },
  { id: 'R-086', title: 'Guardianship bodies are notified of admissions with minors', source: 'S3 п.26' },
  { id: 'R-090', title: 'FSM Social in all ЦПС since March 2025; all 131 connected', source: 'S0 ¶2; S1 ¶16, ¶69' },
  {
    id: 'R-091',
    title:
      'FSM Social: exchange about families in ТЖС, single electronic family profile, coordination, exclude duplicate functions, monitor measures',
    source: 'S1 ¶71',
  },
  {
    id: 'R-092',
    title: 'Automatic collection and refresh of family data, help building plans and tracking them',
    source: 'S0 ¶2',
  },
  {
    id: 'R-093',
    title: 'Power BI integration (Aug 2025): visualisation, report quality, decisions',
    source: 'S1 ¶77, ¶97; S0 ¶2',
  },
  {
    id: 'R-094',
    title: 'Aitu online chat: real-time consultation for users',
    source: 'S1 ¶75',
    nothingToEnforce:
      'The chat is a product of its own with its own operator; the graph sends no messages to persons, so that no personal data can get there.',
  },
  {
    id: 'R-095',
    title: 'Financing/organisational support of FSM Social: АО «Центр развития трудовых ресурсов»',
    source: 'S1 ¶69',
  },
  {
    id: 'R-096',
    title: 'Training May–Aug 2025: 17.3 k (ЦПС, employment services, mobile groups); regular webinars; total > 17,800',
    source: 'S1 ¶20, ¶55, ¶73',
  },
  {
    id: 'R-097',
    title:
      'Contact centre 111: legal entity set by the informatisation authority; information, organisational, psychological service',
    source: 'S3 п.2(3) ¶89–91',
  },
  {
    id: 'R-098',
    title: 'Rules agreed by health, labour, finance, education, tourism & sport, economy, interior, digital ministries',
    source: 'S3 ¶28–69',
  },
  { id: 'R-099', title: 'Staffing norm annex, 20 posts × 3 load bands', source: 'S3 ¶223–252' },
  { id: 'R-100', title: 'Posts may be interchanged within the wage fund', source: 'S3 ¶252' },
  {
    id: 'I-01',
    title: 'at most one plan per family in {DRAFT…UNDER_REVISION}; database unique partial index, not only code',
    source: 'domain.md 6.2',
  },
  { id: 'I-02', title: 'one current family per person; changes create history, not copies', source: 'domain.md 6.2' },
  {
    id: 'I-03',
    title:
      'one IIN ↔ one CONFIRMED person; merges keep the old id as tombstone that resolves to the survivor in all subgraphs',
    source: 'domain.md 6.2',
  },
  { id: 'I-04', title: 'signal unique by (sourceSystem, sourceRecordId)', source: 'domain.md 6.2' },
  { id: 'I-05', title: 'at most one open primary assessment per family', source: 'domain.md 6.2' },
  { id: 'I-06', title: 'plan not approvable with 0 measures or a measure without due date', source: 'domain.md 6.2' },
  {
    id: 'I-07',
    title: 'all measure due dates within ; end ≤ start + 1 year (29 Feb → 28 Feb)',
    source: 'domain.md 6.2',
  },
  { id: 'I-08', title: 'signatures refer to the exact version; any change voids them', source: 'domain.md 6.2' },
  {
    id: 'I-09',
    title: 'approver is the head (or acting head) of the lead centre; approver ≠ signing employee',
    source: 'domain.md 6.2',
  },
  {
    id: 'I-10',
    title: 'only the responsible body (or the case manager on its behalf, marked) reports a measure',
    source: 'domain.md 6.2',
  },
  {
    id: 'I-11',
    title:
      'an open measure of the same (kind, beneficiary, body) in the family may not be added; an already active benefit of that kind is shown as conflict',
    source: 'domain.md 6.2',
  },
  {
    id: 'I-12',
    title: 'a person has at most one current place: TemporaryResidence or CrisisCentrePlacement, country-wide',
    source: 'domain.md 6.2',
  },
  { id: 'I-13', title: 'residence ≤ 1 calendar month', source: 'domain.md 6.2' },
  { id: 'I-14', title: 'residence with minors ⇒ exactly two notices', source: 'domain.md 6.2' },
  {
    id: 'I-15',
    title: "aggressor and victim never placed in the same centre; aggressor's relatives never see FG4",
    source: 'domain.md 6.2',
  },
  {
    id: 'I-16',
    title: 'restart ⇔ predecessor evaluated ∧ category ∈ {D,E} ∧ valid mobile group',
    source: 'domain.md 6.2',
  },
  {
    id: 'I-17',
    title:
      'mobile visit: group approved and valid on the visit date, same district; members of education, health, internal affairs present or absence explained',
    source: 'domain.md 6.2',
  },
  {
    id: 'I-18',
    title: 'at most one child interview per case unless repeatJustification + approving role',
    source: 'domain.md 6.2',
  },
  { id: 'I-19', title: 'no field of class S3/S4 in logs, traces, error messages, Power BI', source: 'domain.md 6.2' },
  { id: 'I-20', title: 'no hard delete; every mutation writes audit in the same transaction', source: 'domain.md 6.2' },
  { id: 'I-21', title: 'indicators are computed from events only; no editable counters', source: 'domain.md 6.2' },
  {
    id: 'I-22',
    title: 'a family has one lead centre and one lead case manager; moving = transfer, same appeal and plan ids',
    source: 'domain.md 6.2',
  },
  {
    id: 'I-23',
    title: 'unidentified persons may have signals, immediate plans and residence, but not an individual plan',
    source: 'domain.md 6.2',
  },
  {
    id: 'I-24',
    title: 'state transitions only along 6.1; illegal → INVALID_STATE with current state',
    source: 'domain.md 6.2',
  },
  { id: 'DL-01', title: 'consult / redirect: 1 WD from appeal registered', source: 'S3 п.13(1), 14(1)' },
  { id: 'DL-02', title: 'primary assessment: 3 WD from appeal registered', source: 'п.13(2), 14(2)' },
  { id: 'DL-03', title: 'primary assessment, life threat: 1 WD, plus internal 24 h from threat known', source: 'same' },
  {
    id: 'DL-04',
    title: 'redirect for identification: 2 WD; soft 48 h from signs of violence noted',
    source: 'п.24; S1 ¶33',
  },
  { id: 'DL-05', title: 'notices for minors: 24 clock hours from admission', source: 'п.26' },
  { id: 'DL-06', title: 'temporary residence: 1 calendar month from admission', source: 'п.6(4), 23(5)' },
  { id: 'DL-07', title: 'plan length: ≤ 1 year from start', source: 'п.15' },
  { id: 'DL-08', title: 'measure: end of that day from its own date', source: 'п.16' },
  { id: 'DL-09', title: 'mobile group composition: to 31 Dec of its year from akim order', source: 'п.21' },
  { id: 'DL-10', title: 'protection order: 30 days from served', source: '' },
  { id: 'DL-11', title: 'police check of an order: every 7 days from active', source: 'law 245-VIII art. 60' },
  {
    id: 'DL-12',
    title: 'review of early detection at the interagency commission: half-yearly from –',
    source: 'art. 72 §4',
    nothingToEnforce:
      'The term begins with no event and ends with no act of a centre: the commission takes the indicators of any half-year it asks for.',
  },
  {
    id: 'DL-13',
    title: 'review of an emergency access: 1 WD from its opening (a product decision, no term of the law)',
    source: 'domain.md 8.5 [P]',
  },
];
