import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { CommandContext } from '../kit/command.ts';
import { type AccessFactRow, type KitTables, kitPart } from '../kit/kit-tables.ts';
import { outsideConflict } from '../kit/visible.ts';
import type { PlanEvent } from './__generated__/resolvers.ts';
import { OPEN_MEASURE_STATUSES } from './rules/measure-state.ts';
import { type PlanContent, toContent } from './rules/plan-diff.ts';
import { PLAN_STATUSES_IN_FORCE } from './rules/plan-state.ts';
import type { CivilServiceSubmissionRow, FamilyWarningRow, Tables } from './store.ts';

type Database = Tables & KitTables;
type Instant = Temporal.Instant;

const ContentMeasures = z.array(
  z.object({
    measureId: z.string(),
    kind: z.string(),
    title: z.string(),
    organisationId: z.string().nullable(),
    dueDate: z.string(),
  }),
);

/** What those versions of a plan say, in the order of the versions; one that does not exist is left out. */
export async function listPlanVersions(
  db: Kysely<Database>,
  planId: string,
  versions: readonly number[],
): Promise<(PlanContent & { version: number })[]> {
  const rows = await db
    .selectFrom('planVersion')
    .selectAll()
    .where('planId', '=', planId)
    .where('version', 'in', versions)
    .orderBy('version')
    .execute();
  return rows.map(({ version, startDate, endDate, measures }) => ({
    version,
    ...toContent({ startDate, endDate, measures: ContentMeasures.parse(measures) }),
  }));
}

/** How much one run of a job takes at a time. */
const BATCH = 500;

/** Reads and writes of the life of plans, beside those of all commands. */
export function createPlanWriter(trx: Kysely<Database>) {
  /** When that first happened to the plan. */
  const findStep = async (planId: string, event: PlanEvent): Promise<Instant | null> => {
    const { at } = await trx
      .selectFrom('planHistory')
      .select(({ fn }) => fn.min('at').as('at'))
      .where('planId', '=', planId)
      .where('event', '=', event)
      .executeTakeFirstOrThrow();
    return at;
  };
  return {
    /** Whether the caller is barred from the family or from one of those about whom its case is (domain.md 8.3). */
    isInConflict: async (familyId: string, viewer: Pick<CommandContext, 'caller' | 'now'>) => {
      const { rows } = await sql`
        select from (
          select ${familyId}::uuid as id
          union select subject_id from lead_centre_fact where family_id = ${familyId}::uuid
          union select beneficiary_id from plan_measure where family_id = ${familyId}::uuid and beneficiary_id is not null
        ) as subject
        where not (${outsideConflict(viewer, 'subject.id')})
        limit 1`.execute(trx);
      return rows.length > 0;
    },
    insertVersion: (planId: string, version: number, content: PlanContent, createdAt: Instant) =>
      trx
        .insertInto('planVersion')
        .values({
          planId,
          version,
          startDate: content.startDate,
          endDate: content.endDate,
          measures: JSON.stringify(content.measures),
          createdAt,
        })
        .execute(),
    /** What a version says; every version has it. */
    getContent: async (planId: string, version: number): Promise<PlanContent> => {
      const [content] = await listPlanVersions(trx, planId, [version]);
      if (!content) throw new Error(`Every version of a plan must have its content; ${planId} has none of ${version}.`);
      return content;
    },
    /** When the measure was sent to its body, the last time; null before. */
    findSending: async (measureId: string): Promise<Instant | null> => {
      const { at } = await trx
        .selectFrom('measureStatusEntry')
        .select(({ fn }) => fn.max('at').as('at'))
        .where('measureId', '=', measureId)
        .where('status', '=', 'SENT')
        .executeTakeFirstOrThrow();
      return at;
    },
    hasSuccessor: async (planId: string) =>
      (await trx.selectFrom('individualPlan').select('id').where('predecessorId', '=', planId).executeTakeFirst()) !==
      undefined,
    /** When the plan was closed, or null. */
    findClosing: (planId: string) => findStep(planId, 'CLOSED'),
    /** When the first version came into force, or null. */
    findFirstApproval: (planId: string) => findStep(planId, 'APPROVED'),
    lockAppealOfAssessment: (assessmentId: string) =>
      trx
        .selectFrom('appeal')
        .innerJoin('primaryAssessment', 'primaryAssessment.appealId', 'appeal.id')
        .selectAll('appeal')
        .where('primaryAssessment.id', '=', assessmentId)
        .forUpdate('appeal')
        .executeTakeFirst(),
    /** The newest assessment of an appeal counts: one that was opened again is assessed again. */
    isNewestAssessment: async (appealId: string, assessmentId: string) => {
      const newest = await trx
        .selectFrom('primaryAssessment')
        .select('id')
        .where('appealId', '=', appealId)
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst();
      return newest?.id === assessmentId;
    },
    findMobileGroup: (id: string) => trx.selectFrom('mobileGroup').selectAll().where('id', '=', id).executeTakeFirst(),
    listMemberBodies: async (groupId: string) =>
      (
        await trx
          .selectFrom('mobileGroupMember')
          .select('body')
          .where('groupId', '=', groupId)
          .orderBy('position')
          .execute()
      ).map(({ body }) => body),

    insertWarning: (row: FamilyWarningRow) => trx.insertInto('familyWarning').values(row).execute(),
    countWarnings: async (planId: string) =>
      (await trx.selectFrom('familyWarning').select('id').where('planId', '=', planId).execute()).length,

    /** Whether bodies were told to help that person by the plan. */
    isInPlan: async (planId: string, personId: string): Promise<boolean> => {
      const assigned = await kitPart(trx)
        .selectFrom('accessFact')
        .select('id')
        .where('subjectId', '=', personId)
        .where('kind', '=', 'ASSIGNED')
        .where('scope', '=', planId)
        .limit(1)
        .executeTakeFirst();
      return assigned !== undefined;
    },
    /** The assignments by this plan that hold now. */
    listAssignments: (planId: string, now: Instant): Promise<AccessFactRow[]> =>
      kitPart(trx)
        .selectFrom('accessFact')
        .selectAll()
        .where('kind', '=', 'ASSIGNED')
        .where('scope', '=', planId)
        .where((eb) => eb.or([eb('validUntil', 'is', null), eb('validUntil', '>', now)]))
        .execute(),
    /** What everybody is told of assignments holds here at once, so that it can be ended before the news of it is back. */
    applyAssignments: async (begun: readonly AccessFactRow[], ended: readonly AccessFactRow[], now: Instant) => {
      const kit = kitPart(trx);
      if (begun.length > 0) await kit.insertInto('accessFact').values(begun).execute();
      if (ended.length > 0) {
        const ids = ended.map(({ id }) => id);
        await kit.updateTable('accessFact').set({ validUntil: now }).where('id', 'in', ids).execute();
      }
    },

    lockSubmission: (measureId: string) =>
      trx
        .selectFrom('civilServiceSubmission')
        .selectAll()
        .where('measureId', '=', measureId)
        .forUpdate()
        .executeTakeFirst(),
    updateSubmission: (id: string, change: Partial<CivilServiceSubmissionRow>) =>
      trx.updateTable('civilServiceSubmission').set(change).where('id', '=', id).execute(),
    /**
     * Submits late measures of state bodies that were not submitted yet: those at work after their day, and those finished
     * after it (R-040, decision C5). A measure has one submission, whoever is faster; higher it cannot be escalated.
     *
     * @param planId only the measures of that plan, or null for any
     */
    submitLateMeasures: (planId: string | null, today: string, now: Instant) =>
      sql<{ measureId: string; organisationId: string; leadCentreId: string }>`
        with late as (
          select m.id, m.organisation_id, p.lead_centre_id
          from plan_measure as m
          join organisation as o on o.id = m.organisation_id and o.state_body
          join individual_plan as p on p.id = m.plan_id
          where ${planId === null ? sql`true` : sql`m.plan_id = ${planId}::uuid`}
            and m.body_kind not in ('FAMILY', 'NGO', 'OTHER')
            and ((m.status in ('SENT', 'ACCEPTED', 'IN_PROGRESS') and m.due_date < ${today}::date)
              or (m.status in ('DONE', 'NOT_DONE')
                and m.finished_at >= ((m.due_date + 1)::timestamp at time zone 'Asia/Almaty')))
            and not exists (select from civil_service_submission as s where s.measure_id = m.id)
          order by m.id
          limit ${BATCH}
        ), submitted as (
          insert into civil_service_submission (id, measure_id, submitted_at)
          select gen_random_uuid(), id, ${now} from late
          on conflict (measure_id) do nothing
          returning measure_id
        ), escalated as (
          update plan_measure set escalation = 'CIVIL_SERVICE_AGENCY' from submitted
          where plan_measure.id = submitted.measure_id
        )
        select late.id as measure_id, late.organisation_id, late.lead_centre_id
        from submitted join late on late.id = submitted.measure_id`
        .execute(trx)
        .then(({ rows }) => rows),

    /** Plans in force whose last day has passed. */
    listPlansPastEnd: (today: string) =>
      trx
        .selectFrom('individualPlan')
        .select('id')
        .where('status', 'in', PLAN_STATUSES_IN_FORCE)
        .where('endDate', '<', today)
        .orderBy('endDate')
        .orderBy('id')
        .limit(BATCH)
        .execute(),
    /**
     * Plans that were made, or revised, while social protection was down (decision B3), and that are to be approved yet. All of
     * them: some stay until a beneficiary is identified, and must not stand before the others.
     */
    listPlansToCheck: () =>
      trx
        .selectFrom('individualPlan')
        .select(['id', 'familyId'])
        .where('duplicatesChecked', '=', false)
        .where('status', 'in', ['DRAFT', 'AWAITING_SIGNATURES', 'AWAITING_APPROVAL', 'UNDER_REVISION'])
        .orderBy('createdAt')
        .orderBy('id')
        .execute(),
    listOpenMeasures: (planId: string) =>
      trx
        .selectFrom('planMeasure')
        .selectAll()
        .where('planId', '=', planId)
        .where('status', 'in', OPEN_MEASURE_STATUSES)
        .orderBy('id')
        .forUpdate()
        .execute(),
  };
}
