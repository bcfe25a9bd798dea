import { randomUUID } from 'node:crypto';
import type { Role } from '../../schema/access.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { eventually } from '../support/distributed.ts';
import { planInput } from '../support/plan-case.ts';
import { TWO_DISTRICTS } from '../support/nation.ts';
import type { Twins } from '../support/twins.ts';
import type { Answer } from '../support/world.ts';

/** One kind of race: what every client sends, and how many effects the data then show. */
interface Race {
  readonly name: string;
  readonly field: string;
  /** Makes what the clients race for. */
  prepare(twins: Twins, round: number): Promise<Contest>;
}

interface Contest {
  readonly document: string;
  readonly role: Role;
  /** The input of one client; all but the key are the same, or differ as the race is about. */
  input(client: number): object;
  /** Where the client works; the first district when it does not matter. */
  district?(client: number): string;
  /** Codes that the losers may get. */
  readonly losers: readonly string[];
  /** True when those who come late get the stored answer in the place of a refusal. */
  readonly shared?: boolean;
  /** How many effects there are: must be one. */
  count(): Promise<number>;
}

/** What a race showed, over all rounds. */
export interface RaceResult {
  readonly name: string;
  readonly rounds: number;
  readonly requests: number;
  readonly won: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Rounds that had another number of effects than one, or an answer that nobody may get. */
  readonly wrong: readonly string[];
  readonly seconds: number;
}

const assessed = [...TWO_DISTRICTS.all()].filter(
  ({ stage, district }) => stage === 'ASSESSED' && district.kato === FIRST_DISTRICT,
);
const familyOf = (round: number): NationFamily => {
  const family = assessed[round % assessed.length];
  if (!family) throw new Error('The nation must have a family without a plan.');
  return family;
};
const payload = (field: string, type: string, selection: string) =>
  `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} alreadyProcessed userErrors { code message } } }`;

const CREATE_PLAN = payload('createPlan', 'CreatePlanInput', 'plan { id measures { id kind version } }');
const SIGN = payload('signPlan', 'SignPlanInput', 'plan { id }');
const APPROVE = payload('approvePlan', 'ApprovePlanInput', 'plan { id }');
const CLOSE = payload('closePlan', 'ClosePlanInput', 'plan { id status }');

async function command(
  twins: Twins,
  document: string,
  input: object,
  role: Role = 'CASE_MANAGER',
  district: string = FIRST_DISTRICT,
): Promise<Answer> {
  const [system] = twins.systems;
  const answer = await system.ask(twins.gateways[0]?.url ?? '', document, {
    role,
    district,
    variables: { input: { idempotencyKey: randomUUID(), ...input } },
  });
  const [field] = Object.values(answer.data ?? {}) as { userErrors: { code: string; message: string }[] }[];
  if (answer.errors.length > 0 || !field || field.userErrors.length > 0) {
    throw new Error(`A step of the preparation must succeed: ${answer.body}`);
  }
  return answer;
}

/** Whatever plan the family has is ended, so that there is room for the next. */
async function endPlans(twins: Twins, familyId: string): Promise<void> {
  const open = await twins.rows<{ id: string; version: number }>(
    'centres',
    `select id, version from individual_plan where family_id = $1
     and status in ('DRAFT', 'AWAITING_SIGNATURES', 'AWAITING_APPROVAL', 'ACTIVE', 'UNDER_REVISION', 'EXPIRED')`,
    [familyId],
  );
  for (const { id, version } of open) {
    await command(twins, CLOSE, {
      planId: id,
      expectedVersion: version,
      ground: 'OBJECTIVE_INDIVIDUAL_GROUNDS',
      explanation: 'Освобождение места для следующего круга',
    });
  }
  // The next round plays the same case again: its appeal had been closed with the plan.
  await twins.rows(
    'centres',
    `update appeal set status = 'IN_ASSESSMENT', closed_at = null, closing_note = null
     where family_id = $1 and status = 'CLOSED' and id = (
       select appeal_id from primary_assessment where family_id = $1 order by position desc limit 1)`,
    [familyId],
  );
}

const samePlan: Race = {
  name: 'a plan for the same family',
  field: 'createPlan',
  prepare: async (twins, round) => {
    const family = familyOf(round);
    await endPlans(twins, family.id);
    const since = await twins.rows<{ count: string }>(
      'centres',
      'select count(*) from individual_plan where family_id = $1',
      [family.id],
    );
    return {
      document: CREATE_PLAN,
      role: 'CASE_MANAGER',
      input: () => planInput(family, { idempotencyKey: randomUUID() }),
      losers: ['PLAN_ALREADY_ACTIVE'],
      count: async () => {
        const [row] = await twins.rows<{ count: string }>(
          'centres',
          'select count(*) from individual_plan where family_id = $1',
          [family.id],
        );
        return Number(row?.count) - Number(since[0]?.count);
      },
    };
  },
};

const sameMeasure: Race = {
  name: 'a report on the same measure',
  field: 'reportMeasureStatus',
  prepare: async (twins, round) => {
    const family = familyOf(round);
    await endPlans(twins, family.id);
    const { data } = await command(twins, CREATE_PLAN, planInput(family));
    const { id: planId, measures } = data.createPlan.plan as { id: string; measures: { id: string; kind: string }[] };
    const signature = { planId, planVersion: 1, signatureRef: 'экземпляр 1' };
    await command(twins, SIGN, { ...signature, party: 'CENTRE_EMPLOYEE' });
    await command(twins, SIGN, { ...signature, party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
    await command(twins, APPROVE, { planId, planVersion: 1 }, 'CENTRE_HEAD');
    const measureId = measures.find(({ kind }) => kind === 'MEDICAL')?.id ?? '';
    return {
      document: payload('reportMeasureStatus', 'ReportMeasureStatusInput', 'measure { id }'),
      role: 'DOCTOR',
      input: (client) => ({
        idempotencyKey: randomUUID(),
        measureId,
        expectedVersion: 2,
        status: client % 2 === 0 ? 'DONE' : 'DECLINED',
        note: 'Отчёт организации',
      }),
      losers: ['VERSION_CONFLICT', 'INVALID_STATE'],
      count: async () => {
        const rows = await twins.rows<{ count: string }>(
          'centres',
          `select count(*) from measure_status_entry where measure_id = $1 and status in ('DONE', 'DECLINED')`,
          [measureId],
        );
        return Number(rows[0]?.count);
      },
    };
  },
};

const sameSignal: Race = {
  name: 'the same signal',
  field: 'submitSignal',
  prepare: async (twins, round) => {
    const person = familyOf(round).members[0];
    const record = `race-${randomUUID()}`;
    return {
      document: payload('submitSignal', 'SubmitSignalInput', 'signal { id } appeal { id }'),
      role: 'PROBATION',
      input: () => ({
        idempotencyKey: randomUUID(),
        channel: 'STATE_INFORMATION_SYSTEM',
        source: 'PROBATION',
        sourceRecordId: record,
        personId: person?.id,
        kato: '711110000',
        occurredAt: '2025-09-30T20:00:00+05:00',
        threatToLife: false,
        summary: 'Повторное сообщение',
      }),
      losers: [],
      shared: true,
      count: async () => {
        const rows = await twins.rows<{ count: string }>(
          'centres',
          'select count(*) from signal where source_record_id = $1',
          [record],
        );
        return Number(rows[0]?.count);
      },
    };
  },
};

const samePerson: Race = {
  name: 'a place for the same person in two districts',
  field: 'admitToTemporaryResidence',
  prepare: async (twins) => {
    // The same person again and again: the rooms of two centres would be full after a few rounds.
    const family = familyOf(0);
    const adult = family.members.find(({ minor }) => !minor);
    const placed = await twins.rows<{ id: string; version: number; admitted_at: string; kato: string }>(
      'centres',
      `select temporary_residence.id, version, admitted_at::text, centre.district_kato as kato
       from temporary_residence join centre on centre.id = centre_id where person_id = $1 and discharged_at is null`,
      [adult?.id],
    );
    const discharge = payload('dischargeFromTemporaryResidence', 'DischargeInput', 'residence { id }');
    for (const { id, version, admitted_at: admittedAt, kato } of placed) {
      const at = new Date(Date.parse(admittedAt) + 1000).toISOString();
      const input = { residenceId: id, expectedVersion: version, at, reason: 'OWN_WISH' };
      // By the centre where the person is; the place is free when social protection has heard of it.
      await command(twins, discharge, input, 'CASE_MANAGER', kato);
      await eventually(
        () =>
          twins.rows(
            'social',
            `select id from place_reservation where person_id = $1 and status in ('HELD', 'CONFIRMED')`,
            [adult?.id],
          ),
        (held) => held.length === 0,
      );
    }
    const before = await twins.rows<{ count: string }>(
      'centres',
      'select count(*) from temporary_residence where person_id = $1',
      [adult?.id],
    );
    // Two clients of each side, so that both districts are asked for by both gateways.
    const districtOf = (client: number) => TWO_DISTRICTS.districts[Math.floor(client / 2) % 2];
    return {
      document: payload('admitToTemporaryResidence', 'AdmitInput', 'residence { id }'),
      role: 'CASE_MANAGER',
      input: (client) => ({
        idempotencyKey: randomUUID(),
        personId: adult?.id,
        centreId: districtOf(client)?.centre.id,
        basis: 'PERSONAL_REQUEST',
        minorPersonIds: [],
        admittedAt: '2025-10-01T09:00:00+05:00',
      }),
      district: (client) => districtOf(client)?.kato ?? '',
      losers: ['ALREADY_PLACED'],
      count: async () => {
        const rows = await twins.rows<{ count: string }>(
          'centres',
          'select count(*) from temporary_residence where person_id = $1',
          [adult?.id],
        );
        return Number(rows[0]?.count) - Number(before[0]?.count);
      },
    };
  },
};

const REGISTER = payload('registerProvisionalPerson', 'RegisterProvisionalPersonInput', 'person { id }');

async function registerStranger(twins: Twins): Promise<string> {
  const answer = await command(
    twins,
    REGISTER,
    { hint: { fullName: `Белгісіз ${randomUUID()}` } },
    'SOCIAL_PROTECTION',
  );
  return answer.data.registerProvisionalPerson.person.id;
}

const sameEvent: Race = {
  name: 'one event told by police and probation',
  field: 'submitSignal',
  prepare: async (twins) => {
    const personId = await registerStranger(twins);
    return {
      document: payload('submitSignal', 'SubmitSignalInput', 'signal { id } appeal { id }'),
      role: 'PROBATION',
      // Two clients of each source, so that both are told to both copies.
      input: (client) => ({
        idempotencyKey: randomUUID(),
        channel: 'STATE_INFORMATION_SYSTEM',
        source: Math.floor(client / 2) % 2 === 0 ? 'POLICE' : 'PROBATION',
        sourceRecordId: `race-${randomUUID()}`,
        personId,
        kato: '711110000',
        occurredAt: '2025-09-30T20:00:00+05:00',
        threatToLife: false,
        summary: 'Избиение',
      }),
      losers: [],
      shared: true,
      count: async () => {
        const [row] = await twins.rows<{ appeals: string; cases: string; doubled: string }>(
          'centres',
          `select count(distinct appeal.id) as appeals, count(distinct mobile_group_case.id) as cases,
             count(distinct mobile_group_case.id) filter (where cardinality(mobile_group_case.sources) <> 2) as doubled
           from appeal left join mobile_group_case on mobile_group_case.appeal_id = appeal.id
           where appeal.applicant_id = $1`,
          [personId],
        );
        return Math.max(Number(row?.appeals), Number(row?.cases)) + Number(row?.doubled);
      },
    };
  },
};

const mutualMerge: Race = {
  name: 'two merged into each other',
  field: 'mergePersons',
  prepare: async (twins) => {
    const pair = [await registerStranger(twins), await registerStranger(twins)];
    return {
      document: payload('mergePersons', 'MergePersonsInput', 'person { id }'),
      role: 'SOCIAL_PROTECTION',
      input: (client) => {
        const [keepId, duplicateId] = Math.floor(client / 2) % 2 === 0 ? pair : pair.toReversed();
        return { idempotencyKey: randomUUID(), keepId, duplicateId, reason: 'Один человек' };
      },
      losers: ['INVALID_STATE'],
      count: async () => {
        // Told once to every agency, which has then taken it in.
        const merges = await Promise.all(
          (['social', 'interior', 'health', 'education', 'centres'] as const).map((agency) =>
            eventually(
              () =>
                twins.rows(agency, 'select from merged_id where duplicate_id = any ($1::uuid[])', [
                  `{${pair.join(',')}}`,
                ]),
              (rows) => rows.length > 0,
            ),
          ),
        );
        return Math.max(...merges.map((rows) => rows.length));
      },
    };
  },
};

const RACES: readonly Race[] = [sameSignal, sameEvent, mutualMerge, samePlan, sameMeasure, samePerson];

/** Has many clients, by both gateways, do the same thing at once, again and again, and looks at the data after each round. */
export async function runRaces(
  twins: Twins,
  options: { readonly rounds: number; readonly clients: number; readonly say: (line: string) => void },
): Promise<RaceResult[]> {
  const results: RaceResult[] = [];
  for (const race of RACES) {
    const refused: Record<string, number> = {};
    const wrong: string[] = [];
    let won = 0;
    const startedAt = performance.now();
    for (let round = 0; round < options.rounds; round += 1) {
      const contest = await race.prepare(twins, round);
      const answers = await Promise.all(
        Array.from({ length: options.clients }, (_, client) => ask(twins, client, contest)),
      );
      let winners = 0;
      for (const answer of answers) {
        const codes = codesOf(answer, race.field);
        if (codes.length === 0) winners += 1;
        for (const code of codes) {
          refused[code] = (refused[code] ?? 0) + 1;
          if (!contest.losers.includes(code)) wrong.push(`round ${round}: ${code} ${answer.body}`);
        }
      }
      won += winners;
      if (winners !== (contest.shared ? options.clients : 1)) wrong.push(`round ${round}: ${winners} winners`);
      const effects = await contest.count();
      if (effects !== 1) wrong.push(`round ${round}: ${effects} effects`);
      if ((round + 1) % 50 === 0) options.say(`  ${race.name}: ${round + 1} of ${options.rounds} rounds`);
    }
    results.push({
      name: race.name,
      rounds: options.rounds,
      requests: options.rounds * options.clients,
      won,
      refused,
      wrong,
      seconds: (performance.now() - startedAt) / 1000,
    });
  }
  return results;
}

async function ask(twins: Twins, client: number, contest: Contest): Promise<Answer> {
  const side = client % twins.systems.length;
  const [system, gateway] = [twins.systems[side], twins.gateways[side]];
  if (!system || !gateway) throw new Error('Both sides must be running.');
  return system.ask(gateway.url, contest.document, {
    role: contest.role,
    ...(contest.district ? { district: contest.district(client) } : {}),
    variables: { input: contest.input(client) },
  });
}

function codesOf(answer: Answer, field: string): string[] {
  if (!answer.data?.[field]) return [answer.errors[0]?.extensions.code ?? 'NO_ANSWER'];
  return (answer.data[field].userErrors as { code: string }[]).map(({ code }) => code);
}
