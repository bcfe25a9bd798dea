import { sql } from 'kysely';
import { planInput } from '../plan-case.ts';
import { groupOf } from '../response-case.ts';
import { once, type Side } from '../sides.ts';
import { adultsOf, bodyOf, on, quiet, takeQuiet, type Valid, versionOf } from './families.ts';

const takeAssessed = (side: Side) => side.take(({ stage }) => stage === 'ASSESSED');

const assessed = once(async (side) => takeAssessed(side));
const makePlan = async (side: Side, submit: boolean) => {
  const family = takeAssessed(side);
  const { plan } = await side.give('createPlan', 'CASE_MANAGER', { ...planInput(family), submit }, 'plan { id }');
  return { family, planId: plan.id as string };
};
const draft = once((side) => makePlan(side, false));
const toBeSigned = once((side) => makePlan(side, true));

export const planOf = async (side: Side, planId: string) => ({
  planId,
  expectedVersion: await versionOf(side, 'centres', 'individualPlan', planId),
});
const approvable = once(async (side) => {
  const { plan } = side.take(({ stage }) => stage === 'AWAITING_APPROVAL');
  if (!plan) throw new Error('A family that awaits approval must have a plan.');
  const { expectedVersion } = await planOf(side, plan.id);
  return { planId: plan.id, planVersion: expectedVersion };
});
/** A plan with work to do for several bodies. */
const busyPlan = once(async (side) => {
  const { rows } = await sql<{ familyId: string; planId: string; open: string[] }>`
    select measure.family_id as "familyId", measure.plan_id as "planId",
      array_agg(measure.id::text order by measure.id) as open
    from plan_measure as measure join individual_plan as plan on plan.id = measure.plan_id
    where plan.status = 'ACTIVE' and plan.lead_centre_id = ${side.district.centre.id}
      and measure.status in ('SENT', 'ACCEPTED', 'IN_PROGRESS') and measure.organisation_id is not null
    group by 1, 2 having count(*) > 1`.execute(side.world.sql('centres'));
  const byFamily = new Map(rows.map((row) => [row.familyId, row]));
  const family = side.take(({ id }) => byFamily.has(id));
  const { planId = '', open = [] } = byFamily.get(family.id) ?? {};
  return { family, planId, open };
});
const activePlan = once(async (side) => {
  const { plan } = await quiet(side);
  if (!plan) throw new Error('A family with an active plan must have it.');
  return plan.id;
});

interface Measure {
  readonly id: string;
  readonly version: number;
}
/** A measure in that state, of a plan in force in the district; each call finds another family's. */
async function takeMeasure(side: Side, fits: ReturnType<typeof sql<boolean>>): Promise<Measure> {
  const { rows } = await sql<Measure & { familyId: string }>`
    select measure.id, measure.version, measure.family_id as "familyId"
    from plan_measure as measure join individual_plan as plan on plan.id = measure.plan_id
    where plan.status = 'ACTIVE' and plan.lead_centre_id = ${side.district.centre.id} and ${fits}
    order by measure.id`.execute(side.world.sql('centres'));
  const byFamily = new Map(rows.map((row) => [row.familyId, row]));
  const family = side.take(({ id }) => byFamily.has(id));
  const measure = byFamily.get(family.id);
  if (!measure) throw new Error('The family must have the measure.');
  return measure;
}
const send = async (side: Side) => {
  const measure = await takeMeasure(side, sql<boolean>`measure.organisation_id is not null`);
  await sql`update plan_measure set status = 'SENT', finished_at = null, body_kind = 'HEALTH',
    organisation_id = ${bodyOf(side, 'HEALTH')} where id = ${measure.id}`.execute(side.world.sql('centres'));
  return measure;
};
const sentToClinic = once(send);
const done = once((side) => takeMeasure(side, sql<boolean>`measure.status = 'DONE'`));
export const cancelledMeasure = once(async (side) => {
  const measure = await send(side);
  await sql`update plan_measure set status = 'CANCELLED' where id = ${measure.id}`.execute(side.world.sql('centres'));
  return measure;
});
const submitted = once((side) =>
  takeMeasure(
    side,
    sql<boolean>`exists (select from civil_service_submission where measure_id = measure.id and acknowledged_at is null)`,
  ),
);

/** A plan whose measures were all done, of a family that is still in category D. */
const completed = async (side: Side) => {
  const family = takeQuiet(side);
  const planId = family.plan?.id ?? '';
  await sql`update plan_measure set status = 'DONE', finished_at = ${side.world.clock.now()}
    where plan_id = ${planId}`.execute(side.world.sql('centres'));
  await side.give('closePlan', 'CASE_MANAGER', {
    ...(await planOf(side, planId)),
    ground: 'ALL_MEASURES_DONE',
    explanation: 'Все мероприятия исполнены',
  });
  await side.give('pushWellbeing', 'SOCIAL_PROTECTION', {
    familyId: family.id,
    category: 'D',
    methodology: 'ORDER_267_FIVE_LEVELS',
    calculatedAt: side.world.clock.now().toString(),
  });
  return { family, planId };
};
const toBeEvaluated = once(completed);
const toBeRestarted = once(async (side) => {
  const ended = await completed(side);
  await side.give('evaluatePlan', 'CASE_MANAGER', { planId: ended.planId });
  return ended;
});
/** Its family refused to be accompanied. */
export const terminatedPlan = once(async (side) => {
  const family = takeQuiet(side);
  const plan = await planOf(side, family.plan?.id ?? '');
  await side.give('refuseAccompaniment', 'CASE_MANAGER', { ...plan, explanation: 'Отказ семьи' });
  return plan.planId;
});

const newMeasure = (side: Side, beneficiaryPersonId: string) => ({
  kind: 'LEGAL',
  title: 'Юридическая помощь',
  beneficiaryPersonId,
  responsible: 'JUSTICE',
  organisation: bodyOf(side, 'JUSTICE'),
  dueDate: '2025-10-31',
});

export const plans: Valid = {
  createPlan: async (side) => on('CASE_MANAGER', planInput(await assessed(side))),
  submitPlan: async (side) => on('CASE_MANAGER', await planOf(side, (await draft(side)).planId)),
  signPlan: async (side) => {
    const { planId, family } = await toBeSigned(side);
    return on('CASE_MANAGER', {
      planId,
      planVersion: 1,
      party: 'FAMILY',
      signatoryPersonId: adultsOf(family)[0].id,
      signatureRef: 'экземпляр 1',
    });
  },
  approvePlan: async (side) => on('CENTRE_HEAD', await approvable(side)),
  returnPlan: async (side) => on('CENTRE_HEAD', { ...(await approvable(side)), reason: 'Уточнить сроки' }),
  revisePlan: async (side) => {
    const { family, planId, open } = await busyPlan(side);
    return on('CASE_MANAGER', {
      ...(await planOf(side, planId)),
      reason: 'Новые обстоятельства',
      addMeasures: [newMeasure(side, adultsOf(family)[0].id)],
      cancelMeasureIds: open.slice(0, 1),
      changeMeasures: [
        { measureId: open[1], title: 'Иначе', organisation: bodyOf(side, 'NGO'), dueDate: '2025-10-31' },
      ],
    });
  },
  closePlan: async (side) =>
    on('CASE_MANAGER', {
      ...(await planOf(side, await activePlan(side))),
      ground: 'OBJECTIVE_INDIVIDUAL_GROUNDS',
      explanation: 'Решение комиссии',
    }),
  refuseAccompaniment: async (side) =>
    on('CASE_MANAGER', { ...(await planOf(side, await activePlan(side))), explanation: 'Отказ семьи' }),
  warnFamily: async (side) => on('CASE_MANAGER', { planId: await activePlan(side), text: 'Семья не исполняет план' }),
  evaluatePlan: async (side) => on('CASE_MANAGER', await planOf(side, (await toBeEvaluated(side)).planId)),
  restartPlan: async (side) => {
    const { family, planId } = await toBeRestarted(side);
    return on('CASE_MANAGER', {
      ...(await planOf(side, planId)),
      mobileGroupId: groupOf(side.district, 2025).id,
      startDate: '2025-10-02',
      endDate: '2026-10-01',
      measures: [newMeasure(side, adultsOf(family)[0].id)],
    });
  },
  reportMeasureStatus: async (side) => {
    const { id, version } = await sentToClinic(side);
    const { rows } = await sql<{ id: string }>`select id from medical_appointment order by id limit 1`.execute(
      side.world.sql('health'),
    );
    return on('DOCTOR', {
      measureId: id,
      expectedVersion: version,
      status: 'ACCEPTED',
      evidence: { kind: 'MEDICAL_APPOINTMENT', id: rows[0]?.id },
    });
  },
  reassignMeasure: async (side) => {
    const { id, version } = await sentToClinic(side);
    return on('CASE_MANAGER', {
      measureId: id,
      expectedVersion: version,
      organisation: bodyOf(side, 'NGO'),
      reason: 'Поликлиника закрыта',
    });
  },
  correctMeasureStatus: async (side) => {
    const { id, version } = await done(side);
    return on('CASE_MANAGER', { measureId: id, expectedVersion: version, status: 'NOT_DONE', reason: 'Ошибка' });
  },
  confirmCivilServiceSubmission: async (side) =>
    on('INTEGRATOR', {
      measureId: (await submitted(side)).id,
      externalId: 'АДГС-1',
      acknowledgedAt: side.world.clock.now().toString(),
    }),
};
