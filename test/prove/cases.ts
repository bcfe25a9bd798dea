import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import type { Purpose, Role } from '../../schema/access.ts';
import { BENEFIT_CODES } from '../../schema/benefit-codes.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import type { StateMachine } from '../../subgraphs/kit/state-machine.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { type Random, randomFor } from '../../subgraphs/kit/nation/random.ts';
import { INVARIANTS } from '../support/invariants.ts';
import { DEFINITIONS } from '../support/load-template.ts';
import type { World } from '../support/world.ts';

// Whole cases by chance: commands, events, jobs and time in any order, lawful or not. After every step all invariants hold,
// what was refused changed nothing, and whatever changed went along an arrow of its machine that this step makes.

/** One thing whose life is a state machine. */
interface Living {
  readonly noun: string;
  readonly id: string;
  readonly status: string;
}

/** What a step may look at to aim at something; stale or wrong aims are part of the game. */
interface Case {
  readonly family: NationFamily;
  readonly now: Temporal.Instant;
  readonly random: Random;
  readonly appeals: readonly { id: string; status: string; version: number }[];
  readonly assessments: readonly {
    id: string;
    status: string;
    version: number;
    appealId: string;
    recognised: boolean | null;
  }[];
  readonly plans: readonly { id: string; status: string; version: number }[];
  readonly measures: readonly {
    id: string;
    planId: string;
    status: string;
    version: number;
    bodyKind: string;
    beneficiaryId: string | null;
  }[];
  readonly consents: readonly { id: string }[];
  readonly residences: readonly { id: string; version: number }[];
  readonly appointments: readonly { id: string; version: number }[];
}

interface Sending {
  readonly role: Role;
  readonly purpose?: Purpose;
  readonly input: object;
}

/** A command with an input that fits the case more or less; null when there is nothing at all to aim at. */
type Aim = (of: Case) => Sending | null;

const day = (of: Case, days: number) => of.now.toZonedDateTimeISO('Asia/Almaty').toPlainDate().add({ days }).toString();
const ago = (of: Case, hours: number) => of.now.subtract({ hours }).toString();
const some = <Item>(random: Random, items: readonly Item[]): Item | null =>
  items.length === 0 ? null : (items[random.integer(0, items.length - 1)] ?? null);
/** Mostly the present version, sometimes an old one. */
const version = (random: Random, present: number) => (random.chance(0.9) ? present : present - 1);

const centre: Role = 'CASE_MANAGER';
const onAppeal =
  (input: (of: Case) => object, role: Role = centre): Aim =>
  (of) => {
    const appeal = some(of.random, of.appeals);
    return (
      appeal && {
        role,
        input: { appealId: appeal.id, expectedVersion: version(of.random, appeal.version), ...input(of) },
      }
    );
  };
const anyAssessment = ({ random, assessments }: Case) => some(random, assessments);
/** A recognised situation mostly, from which needs and a plan follow. */
const recognisedAssessment = ({ random, assessments }: Case) =>
  some(random, random.chance(0.9) ? assessments.filter(({ recognised }) => recognised) : assessments);
const openAssessment = ({ random, assessments }: Case) =>
  some(random, random.chance(0.9) ? assessments.filter(({ status }) => status !== 'COMPLETED') : assessments);
const onAssessment =
  (input: (of: Case, assessment: Case['assessments'][number]) => object, choose = anyAssessment): Aim =>
  (of) => {
    const assessment = choose(of);
    return (
      assessment && {
        role: centre,
        input: {
          assessmentId: assessment.id,
          expectedVersion: version(of.random, assessment.version),
          ...input(of, assessment),
        },
      }
    );
  };
const onPlan =
  (input: (of: Case) => object, role: Role = centre, versionField = 'expectedVersion'): Aim =>
  (of) => {
    const plan = some(of.random, of.plans);
    return plan && { role, input: { planId: plan.id, [versionField]: version(of.random, plan.version), ...input(of) } };
  };
const onMeasure =
  (input: (of: Case, measure: Case['measures'][number]) => object, role?: Role): Aim =>
  (of) => {
    const measure = some(of.random, of.measures);
    return (
      measure && {
        role: role ?? ROLE_OF_BODY[measure.bodyKind] ?? centre,
        input: { measureId: measure.id, expectedVersion: version(of.random, measure.version), ...input(of, measure) },
      }
    );
  };

const ROLE_OF_BODY: Readonly<Record<string, Role>> = {
  HEALTH: 'DOCTOR',
  EDUCATION: 'SOCIAL_PEDAGOGUE',
  INTERNAL_AFFAIRS: 'POLICE',
  SOCIAL_PROTECTION: 'SOCIAL_PROTECTION',
};

function measure(of: Case) {
  const body = of.random.pick(['HEALTH', 'EDUCATION', 'INTERNAL_AFFAIRS', 'SOCIAL_PROTECTION', 'FAMILY'] as const);
  const { random, family } = of;
  return {
    kind: body === 'FAMILY' ? 'FAMILY_OWN_ACTION' : random.pick(['MEDICAL', 'LEGAL', 'PSYCHOLOGICAL', 'OTHER']),
    title: 'Мероприятие',
    beneficiaryPersonId: some(random, family.members)?.id,
    responsible: body,
    organisation: body === 'FAMILY' ? 'Семья' : getOrganisation(family.district, body).id,
    dueDate: day(of, random.integer(-2, 160)),
    ...(random.chance(0.95) ? { otherDescription: 'Помощь' } : {}),
    ...(random.chance(0.1) ? { overrideReason: 'Нужна ещё одна' } : {}),
  };
}
const measures = (of: Case, least: number) => Array.from({ length: of.random.integer(least, 3) }, () => measure(of));
const needs = (of: Case) => [
  { beneficiaryPersonId: of.family.members[0]?.id, kind: 'LEGAL', description: 'Юридическая помощь' },
];

const someMember = ({ random, family }: Case) => some(random, family.members)?.id;
/** A measure that a fact may name, of this body mostly. */
function namedMeasure({ random, measures }: Case, body: string) {
  const measure = some(random, random.chance(0.8) ? measures.filter(({ bodyKind }) => bodyKind === body) : measures);
  return measure && random.chance(0.8) ? { measureId: measure.id } : {};
}

/** Every command of a case with how often it is chosen. */
const STEPS: readonly (readonly [command: string, type: string, weight: number, aim: Aim])[] = [
  [
    'submitSignal',
    'SubmitSignalInput',
    3,
    (of) => ({
      role: of.random.pick(['PROBATION', 'POLICE', 'CASE_MANAGER', 'DOCTOR']),
      input: {
        channel: of.random.pick(['STATE_INFORMATION_SYSTEM', 'PERSONAL', 'OTHER_BODY_OR_PERSON']),
        source: of.random.pick(['PROBATION', 'POLICE', 'SELF', 'HEALTH']),
        sourceRecordId: of.random.chance(0.3) ? 'та же запись' : randomUUID(),
        personId: some(of.random, of.family.members)?.id,
        kato: of.family.district.kato,
        occurredAt: ago(of, of.random.integer(0, 60)),
        threatToLife: of.random.chance(0.3),
        summary: 'Сообщение',
      },
    }),
  ],
  [
    'triageAppeal',
    'TriageAppealInput',
    3,
    onAppeal(({ random }) => ({
      consultation: random.chance(0.5) ? 'LEGAL' : null,
      redirectTo: random.chance(0.2) ? 'HEALTH' : null,
      needsAssessment: random.chance(0.7),
    })),
  ],
  [
    'recordConsultation',
    'RecordConsultationInput',
    1,
    withoutVersion(onAppeal((of) => ({ kind: 'LEGAL', at: ago(of, 1) }))),
  ],
  ['recordContactAttempt', 'RecordContactAttemptInput', 1, withoutVersion(onAppeal((of) => ({ at: ago(of, 1) })))],
  ['recordAppealRefusal', 'RecordAppealRefusalInput', 0.5, onAppeal(() => ({ reason: 'Отказ от помощи' }))],
  [
    'changeThreatToLife',
    'ChangeThreatToLifeInput',
    1,
    onAppeal(({ random }) => ({ threatToLife: random.chance(0.5), reason: 'Новые сведения' })),
  ],
  ['closeAppeal', 'CloseAppealInput', 1, onAppeal(() => ({ note: 'Закрыто' }))],
  ['startPrimaryAssessment', 'StartPrimaryAssessmentInput', 2, onAssessment(() => ({}))],
  [
    'completePrimaryAssessment',
    'CompletePrimaryAssessmentInput',
    4,
    onAssessment((of, { appealId }) => {
      const recognised = of.random.chance(0.8);
      return {
        assessmentId: undefined,
        appealId,
        recognised,
        grounds: recognised || of.random.chance(0.1) ? ['CRUEL_TREATMENT'] : [],
        ...(recognised ? {} : { notRecognisedReason: 'Оснований нет' }),
        threatToLife: of.random.chance(0.2),
        needs: needs(of),
      };
    }, openAssessment),
  ],
  [
    'cancelPrimaryAssessment',
    'CancelPrimaryAssessmentInput',
    0.3,
    onAssessment(({ random }) => ({ because: random.pick(['DUPLICATE', 'PERSON_REFUSED']), note: 'Отмена' })),
  ],
  [
    'confirmNeedsAssessment',
    'ConfirmNeedsAssessmentInput',
    4,
    onAssessment((of) => ({ needs: needs(of) }), recognisedAssessment),
  ],
  [
    'createPlan',
    'CreatePlanInput',
    5,
    (of) => {
      const assessment = recognisedAssessment(of);
      return (
        assessment && {
          role: centre,
          input: {
            familyId: of.family.id,
            assessmentId: assessment.id,
            startDate: day(of, 0),
            endDate: day(of, of.random.pick([150, 364, 364, 364, 400])),
            measures: measures(of, of.random.chance(0.1) ? 0 : 1),
            specialists: ['HEALTH'],
            submit: of.random.chance(0.7),
          },
        }
      );
    },
  ],
  ['submitPlan', 'SubmitPlanInput', 2, onPlan(() => ({}))],
  [
    'revisePlan',
    'RevisePlanInput',
    2,
    onPlan((of) => ({
      reason: 'Новые обстоятельства',
      ...(of.random.chance(0.5) ? { addMeasures: measures(of, 1) } : {}),
      ...(of.random.chance(0.3) && of.measures[0] ? { cancelMeasureIds: [some(of.random, of.measures)?.id] } : {}),
      ...(of.random.chance(0.3) && of.measures[0]
        ? {
            changeMeasures: [
              { measureId: some(of.random, of.measures)?.id, dueDate: day(of, of.random.integer(1, 200)) },
            ],
          }
        : {}),
    })),
  ],
  [
    'signPlan',
    'SignPlanInput',
    8,
    onPlan(
      (of) => {
        const party = of.random.pick(['CENTRE_EMPLOYEE', 'FAMILY']);
        return {
          party,
          signatureRef: 'экземпляр 1',
          ...(party === 'FAMILY' ? { signatoryPersonId: of.family.members[0]?.id } : {}),
        };
      },
      centre,
      'planVersion',
    ),
  ],
  ['returnPlan', 'ReturnPlanInput', 0.7, onPlan(() => ({ reason: 'Уточнить сроки' }), 'CENTRE_HEAD', 'planVersion')],
  ['approvePlan', 'ApprovePlanInput', 5, onPlan(() => ({}), 'CENTRE_HEAD', 'planVersion')],
  [
    'reportMeasureStatus',
    'ReportMeasureStatusInput',
    8,
    onMeasure(({ random }, { bodyKind }) => ({
      status: random.pick(['ACCEPTED', 'IN_PROGRESS', 'DONE', 'NOT_DONE', 'DECLINED']),
      ...(random.chance(0.8) ? { note: 'Отчёт' } : {}),
      ...(bodyKind === 'FAMILY' ? { onBehalf: true } : {}),
    })),
  ],
  [
    'correctMeasureStatus',
    'CorrectMeasureStatusInput',
    1,
    onMeasure(
      ({ random }) => ({ status: random.pick(['SENT', 'DONE', 'NOT_DONE', 'IN_PROGRESS']), reason: 'Ошибка' }),
      centre,
    ),
  ],
  [
    'reassignMeasure',
    'ReassignMeasureInput',
    1,
    onMeasure(
      ({ family }, { bodyKind }) => ({
        organisation: bodyKind === 'FAMILY' ? 'Семья' : getOrganisation(family.district, bodyKind as 'HEALTH').id,
        reason: 'Другая организация',
      }),
      centre,
    ),
  ],
  ['warnFamily', 'WarnFamilyInput', 1, withoutVersion(onPlan(() => ({ text: 'Предупреждение' })))],
  [
    'closePlan',
    'ClosePlanInput',
    2,
    onPlan(({ random }) => ({
      ground: random.pick([
        'ALL_MEASURES_DONE',
        'FAMILY_DID_NOT_PERFORM',
        'OBJECTIVE_INDIVIDUAL_GROUNDS',
        'FAMILY_REFUSED',
      ]),
      explanation: 'Пояснение',
    })),
  ],
  ['refuseAccompaniment', 'RefuseAccompanimentInput', 0.3, onPlan(() => ({ explanation: 'Отказ семьи' }))],
  ['evaluatePlan', 'EvaluatePlanInput', 2, onPlan(() => ({}))],
  [
    'pushWellbeing',
    'PushWellbeingInput',
    2,
    (of) => ({
      role: 'INTEGRATOR',
      purpose: 'INTEGRATION',
      input: {
        familyId: of.family.id,
        category: of.random.pick(['C', 'D', 'E']),
        methodology: 'ORDER_267_FIVE_LEVELS',
        calculatedAt: ago(of, 0),
        indicators: [],
      },
    }),
  ],
  [
    'restartPlan',
    'RestartPlanInput',
    2,
    onPlan((of) => ({
      mobileGroupId: some(of.random, of.family.district.mobileGroups)?.id,
      startDate: day(of, 0),
      endDate: day(of, of.random.pick([150, 364])),
      measures: measures(of, 1),
    })),
  ],
  [
    'registerIncident',
    'RegisterIncidentInput',
    1,
    (of) => ({
      role: 'POLICE',
      purpose: 'SERVICE_DELIVERY',
      input: {
        registryNumber: of.random.chance(0.3) ? `КУИ ${of.family.id}` : randomUUID(),
        kind: 'PHYSICAL_VIOLENCE',
        occurredAt: ago(of, of.random.integer(1, 40)),
        kato: of.family.district.kato,
        victimPersonId: someMember(of),
        childrenPresentIds: of.family.members.filter(({ minor }) => minor).map(({ id }) => id),
        threatToLife: of.random.chance(0.3),
        reportedBy: 'LOCAL_POLICE',
        ...namedMeasure(of, 'INTERNAL_AFFAIRS'),
      },
    }),
  ],
  [
    'bookMedicalAppointment',
    'BookMedicalAppointmentInput',
    1,
    (of) => ({
      role: 'DOCTOR',
      purpose: 'SERVICE_DELIVERY',
      input: {
        personId: someMember(of),
        organisation: getOrganisation(of.family.district, 'HEALTH').id,
        at: of.now.add({ hours: of.random.integer(1, 200) }).toString(),
        ...namedMeasure(of, 'HEALTH'),
      },
    }),
  ],
  [
    'updateMedicalAppointment',
    'UpdateMedicalAppointmentInput',
    1,
    (of) => {
      const appointment = some(of.random, of.appointments);
      return (
        appointment && {
          role: 'DOCTOR',
          purpose: 'SERVICE_DELIVERY',
          input: {
            appointmentId: appointment.id,
            expectedVersion: version(of.random, appointment.version),
            status: of.random.pick(['ATTENDED', 'MISSED', 'CANCELLED']),
            ...namedMeasure(of, 'HEALTH'),
          },
        }
      );
    },
  ],
  [
    'awardBenefit',
    'AwardBenefitInput',
    1,
    (of) => ({
      role: 'SOCIAL_PROTECTION',
      purpose: 'SERVICE_DELIVERY',
      input: {
        personId: someMember(of),
        code: of.random.pick(BENEFIT_CODES).code,
        from: day(of, 0),
        ...(of.random.chance(0.5) ? { to: day(of, 30) } : {}),
        ...namedMeasure(of, 'SOCIAL_PROTECTION'),
      },
    }),
  ],
  [
    'admitToTemporaryResidence',
    'AdmitInput',
    1,
    (of) => ({
      role: centre,
      input: {
        personId: someMember(of),
        minorPersonIds: of.random.chance(0.5) ? of.family.members.filter(({ minor }) => minor).map(({ id }) => id) : [],
        basis: 'PERSONAL_REQUEST',
        admittedAt: ago(of, 1),
        refusalReason: 'TOO_FAR',
      },
    }),
  ],
  [
    'dischargeFromTemporaryResidence',
    'DischargeInput',
    1,
    (of) => {
      const residence = some(of.random, of.residences);
      return residence && { role: centre, input: { residenceId: residence.id, reason: 'OWN_WISH', at: ago(of, 0) } };
    },
  ],
  [
    'sendReferral',
    'SendReferralInput',
    1,
    (of) => {
      const appeal = some(of.random, of.appeals);
      return (
        appeal && {
          role: centre,
          input: {
            appealId: appeal.id,
            personId: someMember(of),
            kind: 'MEDICAL',
            organisation: getOrganisation(of.family.district, 'HEALTH').id,
          },
        }
      );
    },
  ],
  [
    'recordConsent',
    'RecordConsentInput',
    1,
    (of) => ({
      role: centre,
      input: {
        personId: someMember(of),
        scope: ['PROFILE', of.random.pick(['HEALTH_FLAGS', 'EDUCATION', 'SOCIAL_BENEFITS', 'EMPLOYMENT'])],
        textVersion: '1',
        language: 'RU',
        way: 'WRITTEN',
      },
    }),
  ],
  [
    'withdrawConsent',
    'WithdrawConsentInput',
    0.5,
    (of) => {
      const consent = some(of.random, of.consents);
      return consent && { role: centre, input: { consentId: consent.id, reason: 'Отзыв' } };
    },
  ],
];

function withoutVersion(aim: Aim): Aim {
  return (of) => {
    const sending = aim(of);
    if (!sending) return null;
    const { expectedVersion: _, ...input } = sending.input as Record<string, unknown>;
    return { ...sending, input };
  };
}

/** Where the statuses of each machine's things lie: agency, table, and the column that names the family or its members. */
const TABLES: Readonly<Record<string, readonly [Agency, string, 'family_id' | 'person_id']>> = {
  signal: ['centres', 'signal', 'family_id'],
  appeal: ['centres', 'appeal', 'family_id'],
  'primary assessment': ['centres', 'primary_assessment', 'family_id'],
  plan: ['centres', 'individual_plan', 'family_id'],
  measure: ['centres', 'plan_measure', 'family_id'],
  referral: ['centres', 'referral', 'person_id'],
  consent: ['centres', 'consent', 'person_id'],
  'medical appointment': ['health', 'medical_appointment', 'person_id'],
  'benefit award': ['social', 'benefit_award', 'person_id'],
  'place reservation': ['social', 'place_reservation', 'person_id'],
};

const MACHINES = new Map<string, StateMachine>(
  Object.values(DEFINITIONS)
    .flatMap(({ machines }) => machines)
    .map((machine) => [machine.noun, machine]),
);

async function look(world: World, family: NationFamily): Promise<Map<string, Living>> {
  const found = new Map<string, Living>();
  const members = family.members.map(({ id }) => id);
  await Promise.all(
    Object.entries(TABLES).map(async ([noun, [agency, table, column]]) => {
      const { rows } = await sql<{ id: string; status: string }>`
        select id, status from ${sql.table(table)}
        where ${sql.ref(column)} = any(${column === 'family_id' ? [family.id] : members}::uuid[])`.execute(
        world.sql(agency),
      );
      for (const { id, status } of rows) found.set(`${noun} ${id}`, { noun, id, status });
    }),
  );
  return found;
}

/** Whether a chain of moves, each made by this step, leads from one status to the other. */
function leadsTo(machine: StateMachine, from: string | null, to: string, makers: ReadonlySet<string>): boolean {
  const begins = Object.entries(machine.begins).flatMap(([status, by]) =>
    by?.some((maker) => makers.has(maker)) ? [status] : [],
  );
  const reached = new Set(from === null ? begins : [from]);
  for (const status of reached) {
    for (const [name, next] of Object.entries(machine.moves[status] ?? {})) {
      if (next && machine.madeBy[name]?.some((maker) => makers.has(maker))) reached.add(next);
    }
  }
  return reached.has(to);
}

/** What a run of many cases showed. */
export interface CasesResult {
  readonly cases: number;
  readonly steps: number;
  readonly carriedOut: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  /** Changes of status that were seen, by machine: `plan DRAFT → AWAITING_SIGNATURES`. */
  readonly moves: ReadonlySet<string>;
}

/** Says what was done until it went wrong, so that it can be done again. */
class CaseBroken extends Error {}

export interface CasesOptions {
  readonly seed: number;
  readonly cases: number;
  readonly stepsPerCase: number;
  /** A case plays on a family of its own of this world; a new world is opened when they are used up. */
  openWorld(): Promise<World>;
  /** After how many steps all invariants are searched; 1 is after every one. */
  readonly searchEvery: number;
  readonly say: (line: string) => void;
}

export async function runCases(options: CasesOptions): Promise<CasesResult> {
  const carriedOut: Record<string, number> = {};
  const refused: Record<string, number> = {};
  const moves = new Set<string>();
  let steps = 0;
  let world: World | null = null;
  let families: NationFamily[] = [];
  try {
    for (let number = 0; number < options.cases; number += 1) {
      let family = families.shift();
      if (!world || !family) {
        await world?.stop();
        world = await options.openWorld();
        families = casesOf(world.nation);
        family = families.shift();
        if (!family) throw new Error('The world must have families.');
      }
      steps += await playCase(
        world,
        family,
        randomFor(options.seed, 'case', number),
        options,
        { carriedOut, refused, moves },
        number,
      );
      if ((number + 1) % 100 === 0) options.say(`  ${number + 1} of ${options.cases} cases, ${steps} steps`);
    }
  } finally {
    await world?.stop();
  }
  return { cases: options.cases, steps, carriedOut, refused, moves };
}

/** Families whose cases are played in one world, of every stage in turn: time goes on with every case, and must not run away. */
function casesOf(nation: World['nation']): NationFamily[] {
  const stages = Map.groupBy(nation.all(), ({ stage }) => stage);
  return Array.from({ length: FAMILIES_OF_A_STAGE }, (_, turn) =>
    [...stages.values()].flatMap((families) => families[turn] ?? []),
  ).flat();
}

const FAMILIES_OF_A_STAGE = 2;

async function playCase(
  world: World,
  family: NationFamily,
  random: Random,
  options: CasesOptions,
  tally: { carriedOut: Record<string, number>; refused: Record<string, number>; moves: Set<string> },
  number: number,
): Promise<number> {
  const done: string[] = [];
  const broken = (what: string) =>
    new CaseBroken(`Case ${number} of seed ${options.seed}: ${what}\nafter:\n${done.join('\n')}`);
  let before = await look(world, family);
  const count = random.integer(Math.ceil(options.stepsPerCase / 2), options.stepsPerCase);
  for (let step = 0; step < count; step += 1) {
    const makers = new Set<string>();
    let accepted = true;
    if (random.chance(0.1)) {
      const days = random.pick([1, 1, 3, 3, 14, 40, 200]);
      done.push(`  ${days} days pass, jobs run`);
      world.clock.advance({ days });
      for (const server of Object.values(world.agencies.servers)) {
        for (const name of Object.keys(await server.jobs.run())) makers.add(`job:${name}`);
      }
    } else {
      const { command, type, sending } = chooseCommand(await readCase(world, family, random));
      for (const maker of [command, ...(CAUSES[command] ?? [])]) makers.add(maker);
      const input = { idempotencyKey: randomUUID(), ...sending.input };
      const answer = await world.ask(
        `mutation ($input: ${type}!) { ${command}(input: $input) { alreadyProcessed userErrors { code message } } }`,
        { role: sending.role, purpose: sending.purpose ?? 'CASE_WORK', variables: { input } },
      );
      const codes: string[] = answer.data?.[command]?.userErrors.map(({ code }: { code: string }) => code) ?? [
        answer.errors[0]?.extensions.code ?? 'NO_ANSWER',
      ];
      done.push(`  ${command} as ${sending.role} ${JSON.stringify(sending.input)} → ${codes.join(', ') || 'ok'}`);
      if (!answer.data?.[command])
        throw broken(`it must be answered or refused, not ${answer.body} ${lastError(world)}`);
      accepted = codes.length === 0;
      if (accepted) tally.carriedOut[command] = (tally.carriedOut[command] ?? 0) + 1;
      if (process.env.DBG)
        for (const code of codes) tally.refused[command + ' ' + code] = (tally.refused[command + ' ' + code] ?? 0) + 1;
      for (const code of codes) tally.refused[code] = (tally.refused[code] ?? 0) + 1;
    }
    await world.agencies.settle();
    for (const { events } of Object.values(DEFINITIONS)) {
      for (const type of Object.keys(events)) makers.add(`event:${type}`);
    }
    const after = await look(world, family);
    for (const [key, { noun, status }] of after) {
      const was = before.get(key)?.status ?? null;
      if (was === status) continue;
      const machine = MACHINES.get(noun);
      if (!accepted && !HELD_BEFORE.has(noun))
        throw broken(`a refused command changed ${key} from ${was} to ${status}`);
      if (machine && !leadsTo(machine, was, status, makers)) {
        throw broken(`no arrow of ${[...makers][0]} leads the ${noun} from ${was} to ${status}`);
      }
      tally.moves.add(`${noun} ${was ?? '·'} → ${status}`);
    }
    for (const key of before.keys()) if (!after.has(key)) throw broken(`${key} is gone (I-20)`);
    before = after;
    if (step % options.searchEvery === 0 || step === count - 1) {
      await Promise.all(
        INVARIANTS.map(async ({ id, title, find }) => {
          const found = await find(world);
          if (found.length > 0) throw broken(`${id} must hold, ${title}: ${JSON.stringify(found[0])}`);
        }),
      );
    }
  }
  return count;
}

/** Commands that one agency sends another while it carries out a command. */
const CAUSES: Readonly<Record<string, readonly string[]>> = {
  admitToTemporaryResidence: ['reservePlace'],
};

/** Held before a command's transaction; another try of the centre goes on with it, or it lapses (schema/decisions/0010). */
const HELD_BEFORE: ReadonlySet<string> = new Set(['place reservation']);

const lastError = ({ logged }: World) => inspect(logged.findLast(({ level }) => level === 'error')?.fields);

/**
 * A command by its weight among those that have anything to aim at; a signal can always be sent. What its machine does not
 * know from the state that it is in is mostly left out, so that cases come far.
 */
function chooseCommand(of: Case): { command: string; type: string; sending: Sending } {
  for (;;) {
    const [command, type, , aim] = of.random.weighted(STEPS.map((entry) => [entry, entry[2]] as const));
    const sending = aim(of);
    if (sending && (isLawful(of, command, sending) || of.random.chance(0.1))) return { command, type, sending };
  }
}

/** Whether the thing that is aimed at may make a move by this command; a command that makes no moves may always be sent. */
function isLawful(of: Case, command: string, { input }: Sending): boolean {
  const aim = input as { appealId?: string; assessmentId?: string; planId?: string; measureId?: string };
  const assessment = of.assessments.find(({ id }) => id === aim.assessmentId);
  const aims: readonly [noun: string, status: string | undefined][] = [
    ['appeal', of.appeals.find(({ id }) => id === (aim.appealId ?? assessment?.appealId))?.status],
    ['primary assessment', assessment?.status],
    ['plan', of.plans.find(({ id }) => id === aim.planId)?.status],
    ['measure', of.measures.find(({ id }) => id === aim.measureId)?.status],
  ];
  return aims.every(([noun, status]) => {
    const machine = MACHINES.get(noun);
    const names = Object.keys(machine?.madeBy ?? {}).filter((name) => machine?.madeBy[name]?.includes(command));
    return status === undefined || names.length === 0 || names.some((name) => machine?.moves[status]?.[name]);
  });
}

async function readCase(world: World, family: NationFamily, random: Random): Promise<Case> {
  const members = family.members.map(({ id }) => id);
  const ofFamily = (table: string) =>
    world.sql('centres').selectFrom(table).selectAll().where('familyId', '=', family.id).orderBy('id').execute();
  const ofMembers = (agency: Agency, table: string) =>
    world.sql(agency).selectFrom(table).selectAll().where('personId', 'in', members).orderBy('id').execute();
  const [appeals, assessments, plans, planMeasures, consents, residences, appointments] = await Promise.all([
    ofFamily('appeal'),
    ofFamily('primaryAssessment'),
    ofFamily('individualPlan'),
    ofFamily('planMeasure'),
    ofMembers('centres', 'consent'),
    ofMembers('centres', 'temporaryResidence'),
    ofMembers('health', 'medicalAppointment'),
  ]);
  // What is still open is aimed at more often than what has ended.
  const lively = <Row extends { status: string }>(rows: Row[]) =>
    random.chance(0.85) ? rows.filter(({ status }) => !ENDED.has(status)) : rows;
  return {
    family,
    now: world.clock.now(),
    random,
    appeals: lively(appeals as never[]),
    assessments: assessments as never,
    plans: lively(plans as never[]),
    measures: lively(planMeasures as never[]),
    consents: consents as never,
    residences: residences as never,
    appointments: appointments as never,
  };
}

const ENDED: ReadonlySet<string> = new Set(['CLOSED', 'TERMINATED', 'CANCELLED', 'DONE', 'NOT_DONE']);
