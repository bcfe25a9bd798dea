/** Something that keeps an invariant, how to take it out, and the tests that must notice. */
export interface Guard {
  /** What it guards, with the id of the requirement. */
  readonly guard: string;
  readonly file: string;
  /** Exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly tests: {
    readonly project: 'unit' | 'pglite' | 'postgres';
    readonly files: readonly string[];
    /** Only tests with this in their title: a part of it as it stands in the file. */
    readonly named?: string;
  };
}

type Tests = Guard['tests'];
const on =
  (project: Tests['project'], folder: string, ending: string) =>
  (file: string, named?: string): Tests => ({
    project,
    files: [`${folder}/${file}.${ending}`],
    ...(named === undefined ? {} : { named }),
  });
const rules = on('unit', 'test/subgraphs', 'test.ts');
const subgraph = on('pglite', 'test/subgraphs', 'engine.test.ts');
const journey = on('pglite', 'test/journeys', 'engine.test.ts');
/** What the embedded engine, which has one session, cannot show: two transactions at one moment. */
const racing = on('postgres', 'test/subgraphs', 'engine.test.ts');
const locked = (named: string): Tests => ({
  project: 'postgres',
  files: ['test/subgraphs/locks.postgres.test.ts'],
  named,
});
const inDatabase = (named: string) => subgraph('database-guards', named);

const CENTRES = 'subgraphs/centres';
const RECORDS = `${CENTRES}/migrations/0001-case-records.sql`;
const REGISTRY = 'subgraphs/social/migrations/0001-social-registry.sql';

/** `npm run prove -- guards` removes each in turn (test/prove/remove-guards.ts). */
export const GUARDS: readonly Guard[] = [
  // Guards of the database.
  {
    guard: 'I-01: a family has one current plan (unique index)',
    file: RECORDS,
    find: 'create unique index one_current_plan',
    replace: 'create index one_current_plan',
    tests: inDatabase('a second current plan of a family (I-01)'),
  },
  {
    guard: 'I-02: a person belongs to one family at a time (unique index)',
    file: REGISTRY,
    find: 'create unique index family_membership_current',
    replace: 'create index family_membership_current',
    tests: inDatabase('a second current family of a person (I-02)'),
  },
  {
    guard: 'I-03: an IIN has one confirmed holder (unique index)',
    file: REGISTRY,
    find: 'create unique index person_confirmed_iin',
    replace: 'create index person_confirmed_iin',
    tests: racing('social/person-commands', 'of two persons confirmed by one number at once'),
  },
  {
    guard: 'I-04: a record of a system is one signal (unique constraint)',
    file: RECORDS,
    find: 'constraint signal_source_record unique (source_system, source_record_id)',
    replace: 'constraint signal_source_record check (true)',
    tests: inDatabase('a record of a system twice (I-04)'),
  },
  {
    guard: 'I-04: a registry number is one incident (unique constraint)',
    file: 'subgraphs/interior/migrations/0001-incidents-and-orders.sql',
    find: 'registry_number text not null unique',
    replace: 'registry_number text not null',
    tests: subgraph('interior/register-incident', 'even past all rules two incidents of one number cannot stand'),
  },
  {
    guard: 'I-05: a family has one open primary assessment (unique index)',
    file: RECORDS,
    find: 'create unique index one_open_assessment on',
    replace: 'create index one_open_assessment on',
    tests: inDatabase('a second open assessment of a family (I-05)'),
  },
  {
    guard: 'I-05: an appeal has one open primary assessment (unique index)',
    file: `${CENTRES}/migrations/0011-intake.sql`,
    find: 'create unique index one_open_assessment_of_appeal',
    replace: 'create index one_open_assessment_of_appeal',
    tests: inDatabase('a second open assessment of an appeal (I-05)'),
  },
  {
    guard: 'domain.md 6.3: a family has one open appeal (unique index)',
    file: `${CENTRES}/migrations/0011-intake.sql`,
    find: 'create unique index one_open_appeal on',
    replace: 'create index one_open_appeal on',
    tests: subgraph('centres/intake-races', 'the database itself refuses a second open appeal of a family'),
  },
  {
    guard: 'Rules p.14: a signal is handled on a recorded basis (check)',
    file: `${CENTRES}/migrations/0011-intake.sql`,
    find: `check (channel = 'PERSONAL' or legal_basis is not null)`,
    replace: 'check (true)',
    tests: inDatabase('a signal that is handled on no basis (Rules p.14)'),
  },
  {
    guard: 'I-07: a plan lasts a year at most, past all rules (check)',
    file: RECORDS,
    find: `check (end_date > start_date and end_date <= start_date + interval '1 year')`,
    replace: 'check (true)',
    tests: inDatabase('a plan of more than a year (I-07)'),
  },
  {
    guard: 'I-08: a version stays as it was signed (trigger)',
    file: `${CENTRES}/migrations/0008-plan-life.sql`,
    find: 'create trigger plan_version_stays before update on plan_version for each row execute function refuse_change();',
    replace: '',
    tests: subgraph('centres/plan-commands', 'a version stays as it was signed'),
  },
  {
    guard: 'I-11: a family has no open measure twice (unique index)',
    file: RECORDS,
    find: 'create unique index one_open_measure on',
    replace: 'create index if not exists plan_measure_status on plan_measure (status); create unique index on',
    tests: inDatabase('an open measure like one that is open (I-11)'),
  },
  {
    guard: 'I-11: nor one of the family itself, which has no organisation (nulls not distinct)',
    file: RECORDS,
    find: 'nulls not distinct where status in',
    replace: 'where status in',
    tests: inDatabase('an open measure of the family itself like one that is open (I-11)'),
  },
  {
    guard: 'I-11: a person has one active award of a code (unique index)',
    file: 'subgraphs/social/migrations/0006-places-and-support.sql',
    find: 'create unique index benefit_award_active',
    replace: 'create index benefit_award_active',
    tests: subgraph('social/support', 'the database itself has one active award of a code for a person (I-11)'),
  },
  {
    guard: 'I-12: a person has one place in the country (unique index)',
    file: REGISTRY,
    find: 'create unique index place_reservation_current',
    replace: 'create index place_reservation_current',
    tests: inDatabase('a second place in the country (I-12)'),
  },
  {
    guard: 'I-12: a person has one current stay at a centre (unique index)',
    file: RECORDS,
    find: 'create unique index one_current_residence',
    replace: 'create index one_current_residence',
    tests: inDatabase('a second stay at a centre (I-12)'),
  },
  {
    guard: 'I-14: a stay has one notice for each recipient (unique constraint)',
    file: RECORDS,
    find: 'unique (residence_id, recipient)',
    replace: 'check (true)',
    tests: inDatabase('a third notice of a stay (I-14)'),
  },
  {
    guard: 'I-16: a plan that follows another has a mobile group (check)',
    file: `${CENTRES}/migrations/0008-plan-life.sql`,
    find: 'check ((predecessor_id is null) = (mobile_group_id is null))',
    replace: 'check (true)',
    tests: subgraph('centres/plan-commands', 'no restart without a mobile group (I-16)'),
  },
  {
    guard: 'I-18: a child has one unjustified interview in a case (unique index)',
    file: 'subgraphs/education/migrations/0001-schooling-and-child-help.sql',
    find: 'create unique index child_help_service_interview',
    replace: 'create index child_help_service_interview',
    tests: subgraph('education/child-help', 'the database too keeps a second interview out'),
  },
  {
    guard: 'I-18: a repeated interview names who approved it (check)',
    file: 'subgraphs/education/migrations/0002-commands.sql',
    find: 'check ((repeat_justification is null) = (repeat_approved_by is null))',
    replace: 'check (true)',
    tests: subgraph('education/child-help', 'the database too keeps a second interview out'),
  },
  {
    guard: 'R-082: a child has one open case (unique index)',
    file: 'subgraphs/education/migrations/0001-schooling-and-child-help.sql',
    find: 'create unique index child_help_case_open',
    replace: 'create index child_help_case_open',
    tests: racing('education/child-help', 'thirty-two times at once opens one case (R-082)'),
  },
  {
    guard: 'R-085: nobody is told of a case twice (unique index)',
    file: 'subgraphs/education/migrations/0002-commands.sql',
    find: 'create unique index child_help_notice_recipient',
    replace: 'create index child_help_notice_recipient',
    tests: subgraph('education/child-help', 'nobody is told of a case twice'),
  },
  {
    guard: 'R-053: an appeal has one open plan of immediate response (unique index)',
    file: `${CENTRES}/migrations/0013-response.sql`,
    find: 'create unique index one_open_immediate_plan',
    replace: 'create index one_open_immediate_plan',
    tests: journey('immediate-response', 'the database itself holds one open plan for an appeal'),
  },
  {
    guard: 'R-056: a visit is one, whatever device it comes from (unique index)',
    file: `${CENTRES}/migrations/0013-response.sql`,
    find: 'create unique index one_visit_of_group',
    replace: 'create index one_visit_of_group',
    tests: inDatabase('a visit of a group twice, from whatever device (R-056)'),
  },
  {
    guard: 'R-026: what is recognised has grounds, past all rules (check)',
    file: RECORDS,
    find: 'check (recognised is not true or cardinality(grounds) > 0)',
    replace: 'check (true)',
    tests: inDatabase('a situation recognised without grounds (R-026)'),
  },
  {
    guard: 'DL-09: a district has one approved composition a year (unique index)',
    file: `${CENTRES}/migrations/0002-mobile-groups.sql`,
    find: 'create unique index one_approved_mobile_group',
    replace: 'create index one_approved_mobile_group',
    tests: inDatabase('a second approved composition of a district and year (DL-09)'),
  },
  {
    guard: 'domain.md 7.4: a new due date begins a new ladder (trigger)',
    file: `${CENTRES}/migrations/0007-escalation.sql`,
    find: 'when (new.due_at is distinct from old.due_at)',
    replace: 'when (false)',
    tests: inDatabase('the database itself begins the ladder of'),
  },
  {
    guard: 'domain.md 7.4: a measure with a new due date begins a new ladder (trigger)',
    file: `${CENTRES}/migrations/0007-escalation.sql`,
    find: 'when (new.due_date is distinct from old.due_date or (',
    replace: 'when ((',
    tests: inDatabase('the database itself begins the ladder of'),
  },
  {
    guard: 'domain.md 7.4: what has been done climbs no further',
    file: `${CENTRES}/escalation-store.ts`,
    find: `.where('metAt', 'is', null)
        .where('nextStepAt', '<=', now)`,
    replace: `.where('nextStepAt', '<=', now)`,
    tests: subgraph('centres/escalation', 'what has been done climbs no further, and a new date begins a new ladder'),
  },

  // Locks.
  {
    guard: 'domain.md 6.3: senders about one person wait for each other (advisory lock)',
    file: `${CENTRES}/intake-store.ts`,
    find: 'await sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`.execute(trx);',
    replace: 'await sql`select ${id}::text`.execute(trx);',
    tests: locked('those who bring a signal about one person'),
  },
  {
    guard: 'I-08: two changes of one plan go one after the other (for update)',
    file: `${CENTRES}/store.ts`,
    find: `trx.selectFrom('individualPlan').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()`,
    replace: `trx.selectFrom('individualPlan').selectAll().where('id', '=', id).executeTakeFirst()`,
    tests: locked('those who change a plan'),
  },
  {
    guard: 'R-063: admissions to one centre go one after the other (for update)',
    file: `${CENTRES}/residence-store.ts`,
    find: `trx.selectFrom('centre').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow()`,
    replace: `trx.selectFrom('centre').selectAll().where('id', '=', id).executeTakeFirstOrThrow()`,
    tests: locked('those who admit to a centre'),
  },
  {
    guard: 'I-22: a family moves to one centre at a time (for update)',
    file: `${CENTRES}/protection-store.ts`,
    find: `trx.selectFrom('familyCase').selectAll().where('familyId', '=', familyId).forUpdate().executeTakeFirst()`,
    replace: `trx.selectFrom('familyCase').selectAll().where('familyId', '=', familyId).executeTakeFirst()`,
    tests: locked('those who say who leads a case'),
  },
  {
    guard: 'I-24: two outcomes of one appointment at once: one holds (for update)',
    file: 'subgraphs/health/record-store.ts',
    find: `trx.selectFrom('medicalAppointment').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()`,
    replace: `trx.selectFrom('medicalAppointment').selectAll().where('id', '=', id).executeTakeFirst()`,
    tests: locked('those who say what became of an appointment'),
  },
  {
    guard: 'R-082: two changes of one case of a child go one after the other (for update)',
    file: 'subgraphs/education/case-store.ts',
    find: `trx.selectFrom('childHelpCase').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()`,
    replace: `trx.selectFrom('childHelpCase').selectAll().where('id', '=', id).executeTakeFirst()`,
    tests: locked('those who help a child'),
  },
  {
    guard: 'I-03: two merges of one person go one after the other (for update)',
    file: 'subgraphs/social/person-store.ts',
    find: `trx.selectFrom('person').selectAll().where('id', 'in', ids).orderBy('id').forUpdate().execute()`,
    replace: `trx.selectFrom('person').selectAll().where('id', 'in', ids).orderBy('id').execute()`,
    tests: locked('those who merge a person'),
  },
  {
    guard: 'I-12: admissions to one crisis centre go one after the other (for update)',
    file: 'subgraphs/social/shelter-store.ts',
    find: `trx.selectFrom('crisisCentre').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()`,
    replace: `trx.selectFrom('crisisCentre').selectAll().where('id', '=', id).executeTakeFirst()`,
    tests: locked('those who admit to a crisis centre'),
  },
  {
    guard: 'F2: entries of the feed stand in the order of their commits (advisory lock)',
    file: `${CENTRES}/store.ts`,
    find: 'await sql`select pg_advisory_xact_lock(${FEED_LOCK})`.execute(trx);',
    replace: '',
    tests: racing('centres/change-feed', 'a reader that pages all the time'),
  },

  // Rules.
  {
    guard: 'I-01: a plan that has expired blocks another until it is evaluated',
    file: `${CENTRES}/rules/plan-state.ts`,
    find: `  'UNDER_REVISION',
  'EXPIRED',
] as const satisfies`,
    replace: `  'UNDER_REVISION',
] as const satisfies`,
    tests: rules('centres/rules/plan-state'),
  },
  {
    guard: 'I-02: who belongs to a family must leave it before joining another',
    file: 'subgraphs/social/rules/family-membership.ts',
    find: 'if (current !== null && current.familyId !== familyId) {',
    replace: 'if (false) {',
    tests: rules('social/rules/family-membership'),
  },
  {
    guard: 'I-03: two numbers are two human beings, who are not merged',
    file: 'subgraphs/social/rules/merging.ts',
    find: 'if (keep.iin !== null && duplicate.iin !== null && keep.iin !== duplicate.iin) {',
    replace: 'if (false) {',
    tests: subgraph('social/person-commands', 'mergePersons'),
  },
  {
    guard: 'I-03: what is merged already is not merged again',
    file: 'subgraphs/social/rules/merging.ts',
    find: 'if (row.mergedInto !== null) {',
    replace: 'if (false) {',
    tests: subgraph('social/family-commands', 'is refused for one family, for strangers, and for what is merged'),
  },
  {
    guard: 'I-06: a draft without measures is not handed over for signature',
    file: `${CENTRES}/commands/plans/submit-plan.ts`,
    find: 'if (content.measures.length === 0) {',
    replace: 'if (false) {',
    tests: subgraph('centres/plan-commands', 'refuses a draft without measures'),
  },
  {
    guard: 'I-06: a plan in force keeps a measure',
    file: `${CENTRES}/commands/plans/revise-plan.ts`,
    find: 'content.value.measures.length === 0 && plan.versionInForce !== null',
    replace: 'false',
    tests: subgraph('centres/plan-commands', 'is refused with the place of what is wrong'),
  },
  {
    guard: 'I-07: a plan lasts a calendar year at most',
    file: `${CENTRES}/rules/plan-draft.ts`,
    find: 'if (plan.endDate > latest) {',
    replace: 'if (false) {',
    tests: rules('centres/rules/plan-draft'),
  },
  {
    guard: 'I-07, R-033: every measure is due inside its plan',
    file: `${CENTRES}/rules/plan-draft.ts`,
    find: 'dueDate < plan.startDate || dueDate > plan.endDate',
    replace: 'dueDate < plan.startDate',
    tests: rules('centres/rules/plan-draft', 'does not: MEASURE_DUE_OUTSIDE_PLAN'),
  },
  {
    guard: 'I-08: what is signed is the present version',
    file: `${CENTRES}/commands/plans/sign-plan.ts`,
    find: 'if (plan.version !== input.planVersion) {',
    replace: 'if (false) {',
    tests: subgraph('centres/plan-commands', 'voids the signatures of a plan that waits for approval'),
  },
  {
    guard: 'I-08: a version is approved with both signatures on it',
    file: `${CENTRES}/commands/plans/approve-plan.ts`,
    find: 'signatures.length < 2',
    replace: 'signatures.length < 1',
    tests: subgraph('centres/plan-commands', 'is not approved with the signature of the centre alone (I-08)'),
  },
  {
    guard: 'I-09: who signed a plan does not approve it',
    file: `${CENTRES}/rules/plan-signing.ts`,
    find: 'if (employee.id === signedByEmployeeId) {',
    replace: 'if (false) {',
    tests: rules('centres/rules/plan-signing'),
  },
  {
    guard: 'I-09: who approves is the head',
    file: `${CENTRES}/rules/plan-signing.ts`,
    find: `if (employee?.centreId !== plan.leadCentreId || employee.post !== 'DIRECTOR') {`,
    replace: 'if (employee?.centreId !== plan.leadCentreId) {',
    tests: rules('centres/rules/plan-signing'),
  },
  {
    guard: 'I-10: another body does not report on a measure',
    file: `${CENTRES}/rules/measure-reporter.ts`,
    find: 'reporter.organisationId === measure.organisationId)',
    replace: 'reporter.organisationId !== null)',
    tests: rules('centres/rules/measure-reporter'),
  },
  {
    guard: 'I-11: an open measure is not planned again without a reason',
    file: `${CENTRES}/rules/plan-draft.ts`,
    find: 'if (known && !measure.overrideReason) {',
    replace: 'if (false) {',
    tests: rules('centres/rules/plan-draft'),
  },
  {
    guard: 'I-12: a place that another centre holds is not held again',
    file: 'subgraphs/social/rules/place.ts',
    find: `current.status === 'HELD' && current.placeId === placeId && current.lapseToldAt === null`,
    replace: `current.status === 'HELD' && current.lapseToldAt === null`,
    tests: rules('social/rules/support-and-places', 'a place is held anew'),
  },
  {
    guard: 'I-13: a stay ends with the last day of its month',
    file: `${CENTRES}/commands/residence/admit-to-temporary-residence.ts`,
    find: 'mustLeaveBy: toLocalDate(term.dueAt).toString()',
    replace: 'mustLeaveBy: toLocalDate(term.dueAt).add({ days: 1 }).toString()',
    tests: subgraph('centres/residence', 'counts from the day of admission in Almaty and ends with its last day'),
  },
  {
    guard: 'I-14: a stay with minors has both notices',
    file: `${CENTRES}/commands/residence/admit-to-temporary-residence.ts`,
    find: `= ['LAW_ENFORCEMENT', 'GUARDIANSHIP'];`,
    replace: `= ['LAW_ENFORCEMENT'];`,
    tests: journey('temporary-residence', 'she is admitted for a month, two notices fall due in 24 hours'),
  },
  {
    guard: 'I-15: nobody is admitted where an opponent lives',
    file: `${CENTRES}/rules/residence-admission.ts`,
    find: 'if (!full && !closed && !opponentInside) return allow();',
    replace: 'if (!full && !closed) return allow();',
    tests: rules('centres/rules/residence'),
  },
  {
    guard: 'I-15: the same of crisis centres',
    file: 'subgraphs/social/rules/placement.ts',
    find: 'if (!full && !closed && !facts.opponentInside) return allow();',
    replace: 'if (!full && !closed) return allow();',
    tests: rules('social/rules/support-and-places', 'a crisis centre takes somebody in exactly while'),
  },
  {
    guard: 'I-16: the family of a plan that is restarted is in D or E',
    file: `${CENTRES}/rules/plan-restart.ts`,
    find: `if (before.result !== 'STILL_D_OR_E') {`,
    replace: 'if (false) {',
    tests: rules('centres/rules/plan-ending', 'a restart (R-041, I-16)'),
  },
  {
    guard: 'I-17: a group is valid on the day of its visit',
    file: `${CENTRES}/rules/mobile-visit.ts`,
    find: 'if (!wasMobileGroupValidOn(group, day)) {',
    replace: 'if (false) {',
    tests: journey('mobile-visits', 'which visits are lawful (I-17)'),
  },
  {
    guard: 'I-17: the absence of a required body is explained',
    file: `${CENTRES}/rules/mobile-visit.ts`,
    find: 'if (!areAllPresent(visit.present) && visit.absenceExplanation === null) {',
    replace: 'if (false) {',
    tests: rules('centres/rules/response', 'present (I-17)'),
  },
  {
    guard: 'I-18: an interview is repeated by an approving role only',
    file: 'subgraphs/education/rules/child-help.ts',
    find: 'service.repeatJustification !== null && role !== null && REPEAT_APPROVERS.has(role)',
    replace: 'service.repeatJustification !== null',
    tests: rules('education/rules/child-help'),
  },
  {
    guard: 'I-22: who works on a plan is an employee of its lead centre',
    file: `${CENTRES}/rules/plan-signing.ts`,
    find: `if (employee?.centreId === plan.leadCentreId) return allow(employee);
  return refuse('FORBIDDEN', 'A plan must be worked on`,
    replace: `if (employee) return allow(employee);
  return refuse('FORBIDDEN', 'A plan must be worked on`,
    tests: rules('centres/rules/plan-signing', 'is worked on at the lead centre (I-22)'),
  },
  {
    guard: 'I-23: nobody unidentified gets an individual plan',
    file: `${CENTRES}/rules/plan-draft.ts`,
    find: 'if (member.provisional) {',
    replace: 'if (false) {',
    tests: rules('centres/rules/plan-draft', 'PERSON_PROVISIONAL (I-23)'),
  },
  {
    guard: 'I-24: a move that the table does not have is refused',
    file: 'subgraphs/kit/state-machine.ts',
    find: 'const next = allowed[name];',
    replace: 'const next = allowed[name] ?? entity.status;',
    tests: rules('centres/rules/plan-state'),
  },
  {
    guard: 'R-014: a note holds no diagnosis',
    file: `${CENTRES}/rules/professional-note.ts`,
    find: '!DIAGNOSIS.some((pattern) => pattern.test(text))',
    replace: 'text',
    tests: rules('centres/rules/protection', 'a note holds no diagnosis (R-014)'),
  },
  {
    guard: 'R-037: a family that does not perform has been warned',
    file: `${CENTRES}/rules/plan-ending.ts`,
    find: 'if (warnings === 0)',
    replace: 'if (warnings < 0)',
    tests: rules('centres/rules/plan-ending', 'the four grounds of Rules p.19 (R-037)'),
  },
  {
    guard: 'R-038: a plan is evaluated by a category that is not older than its end',
    file: `${CENTRES}/rules/plan-evaluation.ts`,
    find: 'if (!newest || isAfter(plan.endedAt, newest.calculatedAt)) {',
    replace: 'if (!newest) {',
    tests: rules('centres/rules/plan-ending', 'the result by the category'),
  },
  {
    guard: 'R-083: a case goes into a room that works in its region',
    file: 'subgraphs/education/rules/child-help-room.ts',
    find: 'if (isRoomOpen(room, today) && room.regionKato === helpCase.regionKato) return allow();',
    replace: 'if (isRoomOpen(room, today)) return allow();',
    tests: rules('education/rules/child-help-room'),
  },
  {
    guard: 'Rules p.14: for a minor the legal representative answers',
    file: `${CENTRES}/rules/consent.ts`,
    find: 'if (facts.isMinor && representativeId === null) {',
    replace: 'if (false) {',
    tests: rules('centres/rules/consent'),
  },
  {
    guard: 'domain.md 8.4: the suspected aggressor answers for nobody',
    file: `${CENTRES}/rules/consent.ts`,
    find: 'if (!facts.representativeIsAggressor) return allow();',
    replace: 'if (facts) return allow();',
    tests: rules('centres/rules/consent'),
  },
  {
    guard: 'domain.md 8.3: two persons in two offices lift a bar',
    file: `${CENTRES}/rules/conflict-lifting.ts`,
    find: 'asked.as === by.as || asked.employeeId === by.employeeId',
    replace: 'asked.as === by.as',
    tests: rules('centres/rules/protection', 'two persons in two offices are behind every lifting'),
  },
  {
    guard: 'Law No. 214-IV art. 20: an order binds nobody under 16',
    file: 'subgraphs/interior/rules/protection-order.ts',
    find: 'if (sixteenOn && Temporal.PlainDate.compare(toLocalDate(issuedAt), sixteenOn) < 0) {',
    replace: 'if (false) {',
    tests: rules('interior/rules/protection-order'),
  },
  {
    guard: 'DL-08: only what is after the last second of its day is overdue',
    file: `${CENTRES}/rules/measure-state.ts`,
    find: 'Temporal.Instant.compare(now, dueAt) > 0',
    replace: 'Temporal.Instant.compare(now, dueAt) >= 0',
    tests: rules('centres/rules/measure-state', 'only an open measure is overdue'),
  },

  // Steps of escalation.
  {
    guard: 'DL-02: a step goes to the akimat a working day after the term',
    file: `${CENTRES}/rules/escalation.ts`,
    find: `'DL-02': [REMINDER, HEAD, AKIMAT]`,
    replace: `'DL-02': [REMINDER, HEAD]`,
    tests: rules('centres/rules/escalation', 'the ladder of every rule'),
  },
  {
    guard: 'DL-03: a threat to life has no rungs, everyone is told at once',
    file: `${CENTRES}/rules/escalation.ts`,
    find: `rung('OVERDUE', 'LOCAL_EXECUTIVE', EVERYONE, overdue)`,
    replace: `rung('OVERDUE', 'LOCAL_EXECUTIVE', ['ASSIGNEE'], overdue)`,
    tests: rules('centres/rules/escalation', 'the ladder of every rule'),
  },
  {
    guard: 'domain.md 7.4: a level only rises',
    file: `${CENTRES}/rules/escalation.ts`,
    find: 'return LEVELS.indexOf(to) > LEVELS.indexOf(level) ? to : level;',
    replace: 'return LEVELS.includes(level) ? to : level;',
    tests: rules('centres/rules/escalation', 'a level only rises'),
  },
  {
    guard: 'domain.md 7.4: each step once, however often somebody looks',
    file: `${CENTRES}/rules/escalation.ts`,
    find: 'filter(({ at }) => Temporal.Instant.compare(at, from) >= 0)',
    replace: 'filter(({ at }) => Temporal.Instant.compare(at, at) === 0 && from)',
    tests: rules('centres/rules/escalation', 'is climbed to the same place'),
  },

  // The kit: exactly once, who may, what exists.
  {
    guard: 'exactly once: a key belongs to one input',
    file: 'subgraphs/kit/command.ts',
    find: 'if (row.inputHash !== inputHash) {',
    replace: 'if (false) {',
    tests: subgraph('kit/command', 'is IDEMPOTENCY_CONFLICT'),
  },
  {
    guard: 'exactly once: the order of keys makes no other input',
    file: 'subgraphs/kit/command.ts',
    find: 'Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)))',
    replace: 'Object.fromEntries(Object.entries(part))',
    tests: subgraph('kit/command', 'the order of keys does not matter'),
  },
  {
    guard: 'exactly once: a key is one of its organisation',
    file: 'subgraphs/kit/command.ts',
    find: '(caller.organisationId ?? caller.userId)',
    replace: `'everybody'`,
    tests: subgraph('kit/command', 'once in effect'),
  },
  {
    guard: 'exactly once: a refused command leaves nothing behind',
    file: 'subgraphs/kit/command.ts',
    find: `if ('conflict' in outcome || isRefusal(outcome)) throw new Undo(outcome);`,
    replace: `if ('conflict' in outcome) throw new Undo(outcome);
        if (isRefusal(outcome)) return refused(outcome);`,
    tests: subgraph('kit/command', 'a command that comes to nothing leaves nothing'),
  },
  {
    guard: 'exactly once: a race that is lost is run again by its rules',
    file: 'subgraphs/kit/command.ts',
    find: `new Set(['40001', '40P01', '23505', '23P01'])`,
    replace: `new Set(['40001', '40P01'])`,
    tests: subgraph('kit/command', 'a race that is lost is run again'),
  },
  {
    guard: 'exactly once: an event has its effect once, however often it comes (inbox)',
    file: 'subgraphs/kit/outbox.ts',
    find: 'if (fresh && Object.hasOwn(handlers, event.type)) {',
    replace: 'if (Object.hasOwn(handlers, event.type)) {',
    tests: subgraph('kit/outbox', 'once in effect although sent twice'),
  },
  {
    guard: 'exactly once: an event is remembered by its id (inbox, on conflict do nothing)',
    file: 'subgraphs/kit/outbox.ts',
    find: `        .onConflict((conflict) => conflict.doNothing())
        .returning('eventId')`,
    replace: `        .returning('eventId')`,
    tests: subgraph('kit/outbox', 'twice at once with one effect'),
  },
  {
    guard: 'exactly once: an event of a type like a name that every object has is ignored',
    file: 'subgraphs/kit/outbox.ts',
    find: 'Object.hasOwn(handlers, event.type)',
    replace: 'event.type in handlers',
    tests: subgraph('kit/outbox', 'events are taken in'),
  },
  {
    guard: 'I-20: a command is audited in its own transaction',
    file: 'subgraphs/kit/command.ts',
    find: 'await writeAudit(kit, command.name, context, outcome.audit);',
    replace: '',
    tests: subgraph('kit/command', 'leaves its rows, its answer, one line of audit and its events'),
  },
  {
    guard: 'decision A3: a command of agencies is given by agencies only',
    file: 'subgraphs/kit/command.ts',
    find: 'services?.some((agency) => agency === caller.agency) ?? false',
    replace: 'services?.some((agency) => agency === caller.agency) ?? true',
    tests: subgraph('kit/command', 'who may give a command'),
  },
  {
    guard: 'domain.md 8.2: a role writes the groups that it has the right to write',
    file: 'subgraphs/kit/command.ts',
    find: 'policy[caller.role][writes].write && ',
    replace: '',
    tests: subgraph('kit/command', 'who may give a command'),
  },
  {
    guard: 'domain.md 8.2: a command that names its roles is given by those',
    file: 'subgraphs/kit/command.ts',
    find: 'return policy[caller.role][writes].write && (roles?.includes(caller.role) ?? true);',
    replace: 'return policy[caller.role][writes].write;',
    tests: subgraph('kit/command', 'only the roles that the command names'),
  },
  {
    guard: 'decision A4: who may see whom is told by the owners of those facts',
    file: 'subgraphs/kit/access-facts.ts',
    find: 'if (!OWNERS.includes(from))',
    replace: 'if (OWNERS.length === 0)',
    tests: subgraph('kit/outbox', 'are taken from their owners only'),
  },
  {
    guard: 'decision A4: what has ended stays ended also when its beginning comes later',
    file: 'subgraphs/kit/access-facts.ts',
    find: 'least(coalesce(access_fact.valid_until, ${now}), ${now})',
    replace: '${now}',
    tests: subgraph('kit/outbox', 'end once: who hears of it again later keeps the first end'),
  },
  {
    guard: 'schema/events.ts: an event is told by its owner',
    file: 'subgraphs/kit/events.ts',
    find: 'if (!from.some((agency) => agency === context.from)) {',
    replace: 'if (false) {',
    tests: rules('kit/events'),
  },
  {
    guard: 'decision B3: nothing leaves the process inside a transaction',
    file: 'subgraphs/kit/database.ts',
    find: 'if (transactionScope.getStore()) {',
    replace: 'if (false) {',
    tests: subgraph('kit/command', 'asking another agency inside the transaction'),
  },
  {
    guard: 'R-038, C-20: an agency is believed of its own counts only',
    file: `${CENTRES}/indicators/store.ts`,
    find: 'if (AGGREGATE_OWNERS[code] !== from)',
    replace: 'if (false)',
    tests: subgraph('kit/aggregates', 'is believed of its own counts only'),
  },

  // What exists for whom.
  {
    guard: 'hidden existence: to the aggressor’s side five groups do not exist (visible filter, conflict)',
    file: 'subgraphs/kit/visible.ts',
    find: 'return sql<SqlBool>`${allowed} and ${outsideConflict(viewer, subject)}`;',
    replace: 'return allowed;',
    tests: subgraph('kit/visible', 'hides exactly five groups of the victim'),
  },
  {
    guard: 'hidden existence: a fact that has run out opens nothing',
    file: 'subgraphs/kit/visible.ts',
    find: 'and (access_fact.valid_until is null or access_fact.valid_until > ${viewer.now})',
    replace: 'and ${viewer.now}::timestamptz is not null',
    tests: subgraph('kit/visible', 'ends at its last instant'),
  },
  {
    guard: 'hidden existence: a grant opens what was granted, to whom it was',
    file: 'subgraphs/kit/visible.ts',
    find: 'access_fact.user_id = ${caller.userId} and access_fact.scope = ${group}',
    replace: 'access_fact.user_id = ${caller.userId} and ${group}::text is not null',
    tests: subgraph('kit/visible', 'is not opened by the fact'),
  },
  {
    guard: 'hidden existence: whoever is on the aggressor’s side admits nobody, in the words of an unknown person',
    file: `${CENTRES}/commands/residence/admit-to-temporary-residence.ts`,
    find: 'if (await read.isOpposed(caller, ids, now)) {',
    replace: 'if (false) {',
    tests: subgraph('centres/residence', 'NOT_FOUND to whoever is on the aggressor’s side'),
  },
  {
    guard: 'hidden existence: a bar is lifted by nobody who is barred, in the words of an unknown bar',
    file: `${CENTRES}/commands/protection/lift-conflict-of-interest.ts`,
    find: ` || (caller.kind === 'USER' && caller.userId === conflict.userId)`,
    replace: '',
    tests: journey('conflict-of-interest', 'nobody else lifts it, and whoever is barred finds nothing to lift'),
  },
  {
    guard: 'hidden existence: a number of free places is told to those who look for one',
    file: 'subgraphs/social/rules/free-places.ts',
    find: `return caller.kind === 'SERVICE' || LOOKING_FOR_PLACES.has(caller.role);`,
    replace: `return caller.kind === 'SERVICE' || LOOKING_FOR_PLACES.size > 0;`,
    tests: rules('social/rules/free-places'),
  },
  {
    guard: 'domain.md 8.1: a figure with fewer than ten behind it is withheld',
    file: 'subgraphs/kit/suppression.ts',
    find: 'return behind > 0 && behind < SMALLEST_SHOWN;',
    replace: 'return behind < 0;',
    tests: rules('kit/suppression'),
  },
  {
    guard: 'domain.md 8.1: a withheld figure cannot be derived from its line',
    file: 'subgraphs/kit/suppression.ts',
    find: 'if (next === undefined) return false;',
    replace: 'if (next !== -1) return false;',
    tests: rules('kit/suppression'),
  },
  {
    guard: 'domain.md 8.5: nobody guesses without end (rate limit)',
    file: 'subgraphs/kit/rate-limit.ts',
    find: 'recent(key, now).length < limit',
    replace: 'recent(key, now).length < Infinity + limit',
    tests: rules('kit/rate-limit'),
  },
  {
    guard: 'I-19: the text of a note stays out of the audit',
    file: `${CENTRES}/commands/protection/record-professional-note.ts`,
    find: 'after: { kind: input.kind } }',
    replace: 'after: input }',
    tests: subgraph('centres/commands/protection', 'hold no diagnosis, and their text stays out of the audit (I-19)'),
  },
  {
    guard: 'I-19: a refusal does not repeat what was given',
    file: 'schema/scalars.ts',
    find: 'if (parsed === null) throw refuse();',
    replace: 'if (parsed === null) throw new GraphQLError(`${name} must be ${expected}, not ${String(value)}.`);',
    tests: on('unit', 'test/schema', 'test.ts')('scalars', 'a refusal never repeats what was given'),
  },
  {
    guard: 'I-21: a family is counted once, however many events it has',
    file: `${CENTRES}/indicators/store.ts`,
    find: 'const FAMILIES = sql`count(distinct fact.subject)`',
    replace: 'const FAMILIES = sql`count(fact.subject)`',
    tests: subgraph('centres/indicators/naive-count', 'every indicator, in every cut'),
  },

  // Text.
  {
    guard: 'B1: a name has no characters that cannot be seen',
    file: 'subgraphs/kit/input.ts',
    find: `.refine((value) => !unseen.test(value), 'The text must not have characters that cannot be seen.')`,
    replace: '',
    tests: rules('kit/input'),
  },
  {
    guard: 'B1: one name is one text (NFC)',
    file: 'subgraphs/kit/input.ts',
    find: `
    .normalize('NFC')`,
    replace: '',
    tests: rules('kit/input'),
  },
  {
    guard: 'B1: a text of spaces is empty (trim)',
    file: 'subgraphs/kit/input.ts',
    find: `
    .trim()`,
    replace: '',
    tests: rules('kit/input'),
  },
  {
    guard: 'B1: a narrative does not turn the direction of its text',
    file: 'subgraphs/kit/input.ts',
    find: String.raw`(?![\t\n\r])\p{Cc}|[\u202A-\u202E\u2066-\u2069]|\p{Surrogate}`,
    replace: String.raw`(?![\t\n\r])\p{Cc}`,
    tests: rules('kit/input'),
  },
  {
    guard: 'schema/limits.ts: a text has an end',
    file: 'subgraphs/kit/input.ts',
    find: `
    .max(limit, `,
    replace: `
    .max(Infinity + limit, `,
    tests: rules('kit/input'),
  },

  // Merges.
  {
    guard: 'I-03: a merge moves what names the duplicate, in every agency',
    file: 'subgraphs/kit/merges.ts',
    find: 'for (const pointer of pointers) await movePointer(trx, pointer, mergeId, duplicateId, keepId);',
    replace: '',
    tests: journey('without-iin', 'a woman comes without documents'),
  },
  {
    guard: 'I-03: no column that names a person is left out of a merge',
    file: 'subgraphs/social/merge-store.ts',
    find: `    { table: 'benefit_award', column: 'person_id', key: ['id'] },
`,
    replace: '',
    tests: subgraph('kit/merge-pointers', 'every column that may name a person or a family follows a merge (I-03)'),
  },
  {
    guard: 'I-03: a row that must not stand twice stays with the duplicate',
    file: 'subgraphs/kit/merges.ts',
    find: 'if (await withinGuards(trx, () => move(sql`${keyOf(pointer)} = ${rowKey}`))) continue;',
    replace: 'await move(sql`${keyOf(pointer)} = ${rowKey}`); continue;',
    tests: journey('without-iin', 'two records that must not stand beside each other both stay'),
  },
  {
    guard: 'I-03: ids that were under way while the registry merged are read as those that were kept',
    file: 'subgraphs/kit/outbox.ts',
    find: 'AS_TOLD.has(event.type) ? event.payload : await followMerges(kit, event.payload)',
    replace: 'event.payload',
    tests: subgraph('kit/outbox', 'with the ids that stand for merged ones now'),
  },
  {
    guard: 'I-03: a denial about a duplicate holds for who was kept',
    file: 'subgraphs/kit/visible.ts',
    find: 'where access_fact.subject_id = ${anyIdOf(sql.ref(subject))} and',
    replace: 'where access_fact.subject_id = ${sql.ref(subject)} and',
    tests: journey('without-iin', 'a conflict about the duplicate, or with it, holds while the merge does'),
  },
  {
    guard: 'I-03: a merge waits for those who write (lock)',
    file: 'subgraphs/kit/command.ts',
    find: '        if (follows) await holdOffMerges(kit);\n',
    replace: '',
    tests: racing('kit/command', 'the merge waits for the command'),
  },
  {
    guard: 'I-03: an id that is merged while others are asked is written as the one kept (second look)',
    file: 'subgraphs/kit/command.ts',
    find: 'follows ? await followMerges(kit, [asked, answered] as const) : [asked, answered]',
    replace: '[asked, answered]',
    tests: subgraph('kit/command', 'is written as the one that was kept'),
  },
];
