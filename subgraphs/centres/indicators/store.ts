import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { TIME_ZONE } from '../../../schema/scalars.ts';
import type { Agency } from '../../../schema/subgraphs.ts';
import type { DailyAggregates } from '../../kit/aggregates.ts';
import { startOfDay, toLocalDate } from '../../kit/deadline.ts';
import type { KitTables } from '../../kit/kit-tables.ts';
import type { Viewer } from '../../kit/visible.ts';
import type { EmployeePost, IndicatorDimensionKind } from '../__generated__/resolvers.ts';
import { toLoadPeriod } from '../rules/load-period.ts';
import { BAND_LIMITS, BANDS, findNorm } from '../rules/staffing.ts';
import type { Tables } from '../store.ts';
import type { IndicatorCode } from './definitions.ts';

type Instant = Temporal.Instant;
type Sql = RawBuilder<unknown>;

/** The days that a figure is about, in every form that a statement needs them. */
export interface IndicatorPeriod {
  readonly from: Instant;
  /** The first moment after the last day. */
  readonly before: Instant;
  /** When it is asked: what is due later is not late. */
  readonly now: Instant;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly workingDays: readonly string[];
  /** Over which the load of a centre is averaged at the end of the period. */
  readonly load: { readonly from: Instant; readonly before: Instant; readonly workingDays: readonly string[] };
}

/** By what the figures are cut, besides the one for the whole country. */
export interface IndicatorCut {
  readonly byRegion: boolean;
  readonly slice: Exclude<IndicatorDimensionKind, 'REGION'> | null;
}

/** A figure: of the country, of a region, of a slice, or of a slice in a region. */
export interface IndicatorCell {
  readonly region: string | null;
  readonly slice: string | null;
  /** Null where there is nothing to compute it from. */
  readonly value: number | null;
  /** How many persons, families or cases stand behind it, at the least. */
  readonly behind: number;
}

export interface IndicatorCells {
  readonly cells: readonly IndicatorCell[];
  /** The value of what has no cell. */
  readonly ofNothing: 0 | null;
}

/**
 * How an indicator is computed: from facts, one row for each thing that is counted.
 * Their columns: `region`; `month`, `source`, `support_kind`, `responsible_body` where it may be broken down by them;
 * `subject`, the person or family behind; `hit`, `amount` and `weight` where the value is made of them.
 */
interface Statement {
  readonly facts: (period: IndicatorPeriod) => Sql;
  readonly value: Sql;
  readonly behind: Sql;
  /** Whether nothing counts 0; otherwise nothing has no value. */
  readonly additive: boolean;
}

/** How many stand behind a figure: families where one may be counted several times, else the cases themselves. */
const FAMILIES = sql`count(distinct fact.subject)`;
const CASES = sql`count(*)`;
const NOBODY = sql`0`;

const COUNT = { value: CASES, behind: CASES, additive: true };
/** Of what one family may have several of. */
const COUNT_BY_FAMILY = { ...COUNT, behind: FAMILIES };
const COUNT_OF_FAMILIES = { value: FAMILIES, behind: FAMILIES, additive: true };
const SUM = { value: sql`coalesce(sum(fact.amount), 0)`, behind: FAMILIES, additive: true };
const MEDIAN = {
  value: sql`round((percentile_cont(0.5) within group (order by fact.amount))::numeric, 2)`,
  behind: CASES,
  additive: false,
};
/** Of the facts that know whether they are a hit. */
const SHARE = {
  value: sql`round(100.0 * count(*) filter (where fact.hit) / nullif(count(fact.hit), 0), 2)`,
  behind: CASES,
  additive: false,
};
/** A share that says something of the families: either side of it is a count, which who knows the whole could compute. */
const SHARE_OF_FAMILIES = {
  ...SHARE,
  behind: sql`coalesce(least(
    nullif(count(distinct fact.subject) filter (where fact.hit), 0),
    nullif(count(distinct fact.subject) filter (where not fact.hit), 0)), 0)`,
};
/** Of what other agencies count: null until they have told of it for the first time. */
const toldBy = (code: IndicatorCode, behind: Sql) => ({
  value: sql`case when exists (select from agency_aggregate_state as told where told.code = ${code})
    then coalesce(sum(fact.amount), 0) end`,
  behind,
  additive: true,
});

const toMonth = (instant: Sql): Sql => sql`date_trunc('month', ${instant} at time zone ${sql.lit(TIME_ZONE)})`;
const toDay = (instant: Sql): Sql => sql`(${instant} at time zone ${sql.lit(TIME_ZONE)})::date`;
const within = (instant: Sql, { from, before }: { from: Instant; before: Instant }): Sql =>
  sql`${instant} >= ${from} and ${instant} < ${before}`;
const regionOf = (kato: Sql): Sql => sql`left(${kato}, 2) || '0000000'`;

/** Who an appeal is about, as far as it is known. */
const APPLICANT = sql`coalesce(appeal.family_id, appeal.applicant_id, appeal.id)`;
const FIRST_SOURCE = sql`(select signal.source from signal where signal.appeal_id = appeal.id
  order by signal.received_at, signal.id limit 1)`;

const appeals = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`appeal.registered_at`)} as month,
    coalesce(${FIRST_SOURCE}, 'OTHER') as source, ${APPLICANT} as subject
  from appeal join centre on centre.id = appeal.centre_id
  where ${within(sql`appeal.registered_at`, period)}`;

const consultations = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`consultation.at`)} as month, ${APPLICANT} as subject, appeal.family_id
  from consultation join appeal on appeal.id = consultation.appeal_id join centre on centre.id = appeal.centre_id
  where ${within(sql`consultation.at`, period)}`;

/** A measure is assigned when it is sent for the first time: on the approval of the version that brings it (C-04). */
const assignedMeasures = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`sent.at`)} as month, measure.kind as support_kind,
    measure.body_kind as responsible_body, measure.family_id as subject, measure.kind = 'OTHER' as hit
  from measure_status_entry as sent join plan_measure as measure on measure.id = sent.measure_id
    join individual_plan as plan on plan.id = measure.plan_id join centre on centre.id = plan.lead_centre_id
  where sent.status = 'SENT' and ${within(sql`sent.at`, period)}
    and not exists (select from measure_status_entry as earlier where earlier.measure_id = sent.measure_id
      and earlier.status = 'SENT' and earlier.position < sent.position)`;

const doneMeasures = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`measure.finished_at`)} as month, measure.kind as support_kind,
    measure.body_kind as responsible_body, measure.family_id as subject,
    ${toDay(sql`measure.finished_at`)} <= measure.due_date as hit
  from plan_measure as measure join individual_plan as plan on plan.id = measure.plan_id
    join centre on centre.id = plan.lead_centre_id
  where measure.status = 'DONE' and ${within(sql`measure.finished_at`, period)}`;

const overdueMeasures = ({ before, lastDay }: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, measure.kind as support_kind, measure.body_kind as responsible_body,
    measure.family_id as subject
  from plan_measure as measure join individual_plan as plan on plan.id = measure.plan_id
    join centre on centre.id = plan.lead_centre_id
  where measure.due_date < ${lastDay}::date and (measure.finished_at is null or measure.finished_at >= ${before})
    and exists (select from measure_status_entry as sent
      where sent.measure_id = measure.id and sent.status = 'SENT' and sent.at < ${before})`;

/**
 * Plans in force at the end of the last day. A plan comes into force once and ceases to be once (domain.md 6.1), so its
 * history says for every past day whether it was, whatever became of it later.
 */
const plansInForce = ({ before }: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, plan.id as plan_id, plan.family_id as subject
  from individual_plan as plan join centre on centre.id = plan.lead_centre_id
  where exists (select from plan_history as begun where begun.plan_id = plan.id
      and begun.status in ('ACTIVE', 'UNDER_REVISION') and begun.at < ${before})
    and not exists (select from plan_history as ended where ended.plan_id = plan.id
      and ended.status in ('COMPLETED', 'TERMINATED', 'EXPIRED', 'EVALUATED') and ended.at < ${before})`;

const approvedPlans = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`begun.at`)} as month, plan.family_id as subject
  from plan_history as begun join individual_plan as plan on plan.id = begun.plan_id
    join centre on centre.id = plan.lead_centre_id
  where begun.status = 'ACTIVE' and ${within(sql`begun.at`, period)}
    and not exists (select from plan_history as earlier where earlier.plan_id = begun.plan_id
      and earlier.status = 'ACTIVE' and (earlier.at, earlier.id) < (begun.at, begun.id))`;

const evaluatedPlans = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`plan.evaluated_at`)} as month, plan.family_id as subject,
    plan.result = 'IMPROVED' as hit
  from individual_plan as plan join centre on centre.id = plan.lead_centre_id
  where ${within(sql`plan.evaluated_at`, period)}`;

const decisions = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`assessment.completed_at`)} as month, ${APPLICANT} as subject,
    extract(epoch from assessment.completed_at - first.received_at)::float8 / 86400 as amount
  from primary_assessment as assessment join appeal on appeal.id = assessment.appeal_id
    join centre on centre.id = appeal.centre_id
    join (select signal.appeal_id, min(signal.received_at) as received_at from signal
      where signal.appeal_id is not null group by signal.appeal_id) as first on first.appeal_id = appeal.id
  where assessment.status = 'COMPLETED' and ${within(sql`assessment.completed_at`, period)}`;

const dueAssessments = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`deadline.due_at`)} as month, ${APPLICANT} as subject,
    coalesce(deadline.met_at <= deadline.due_at, false) as hit
  from deadline join primary_assessment as assessment on assessment.id = deadline.entity_id
    join appeal on appeal.id = assessment.appeal_id join centre on centre.id = appeal.centre_id
  where deadline.subject = 'ASSESSMENT' and assessment.status <> 'CANCELLED' and ${within(sql`deadline.due_at`, period)}
    and (deadline.met_at is not null or deadline.due_at < ${period.now})`;

/** OFFSET 0 keeps the first source from being looked up for each use of `hit`. */
const violenceAppeals = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, ${toMonth(sql`appeal.registered_at`)} as month, ${APPLICANT} as subject,
    ${FIRST_SOURCE} <> 'POLICE' as hit
  from appeal join centre on centre.id = appeal.centre_id
    join primary_assessment as assessment on assessment.appeal_id = appeal.id
  where assessment.recognised and 'CRUEL_TREATMENT' = any (assessment.grounds)
    and ${within(sql`appeal.registered_at`, period)}
  offset 0`;

const signals = (period: IndicatorPeriod): Sql => sql`
  select ${regionOf(sql`signal.kato`)} as region, ${toMonth(sql`signal.received_at`)} as month, signal.source,
    coalesce(signal.family_id, signal.person_id, signal.id) as subject
  from signal where ${within(sql`signal.received_at`, period)}`;

const mobileCases = (period: IndicatorPeriod): Sql => sql`
  select ${regionOf(sql`mobile.district_kato`)} as region, ${toMonth(sql`mobile.registered_at`)} as month, mobile.source,
    coalesce(${APPLICANT}, mobile.id) as subject
  from mobile_group_case as mobile left join appeal on appeal.id = mobile.appeal_id
  where ${within(sql`mobile.registered_at`, period)}`;

/** Each day of a stay within the period counts for the person and for every child with them. */
const residences = ({ from, before, firstDay, lastDay }: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, residence.person_id as subject,
    (1 + (select count(*) from residence_minor as minor where minor.residence_id = residence.id))
      * (least(coalesce(${toDay(sql`residence.discharged_at`)}, ${lastDay}::date), ${lastDay}::date)
        - greatest(${toDay(sql`residence.admitted_at`)}, ${firstDay}::date) + 1) as amount
  from temporary_residence as residence join centre on centre.id = residence.centre_id
  where residence.admitted_at < ${before} and (residence.discharged_at is null or residence.discharged_at >= ${from})`;

const isOpen = ({ lastDay }: IndicatorPeriod): Sql =>
  sql`centre.opened_at <= ${lastDay}::date and (centre.closed_at is null or centre.closed_at > ${lastDay}::date)`;

const openCentres = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region from centre where ${isOpen(period)}`;

const staff =
  (post: EmployeePost | null) =>
  (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, employee.units as amount
  from employee join centre on centre.id = employee.centre_id
  where ${isOpen(period)} and (${post}::text is null or employee.post = ${post})`;

/** Every centre that worked on one of the working days, with what it registered from the first to the last of them. */
const loads = (of: { from: Instant; before: Instant; workingDays: readonly string[] }): Sql => sql`
  select centre.id as centre_id, coalesce(registered.appeals, 0) as appeals,
    (select count(*) from unnest(${of.workingDays}::text[]) as working(day)
      where working.day::date >= centre.opened_at and (centre.closed_at is null or working.day::date < centre.closed_at)
    ) as days
  from centre left join (select appeal.centre_id, count(*) as appeals from appeal
    where ${within(sql`appeal.registered_at`, of)} group by appeal.centre_id) as registered
    on registered.centre_id = centre.id`;

const centreDays = (period: IndicatorPeriod): Sql => sql`
  select centre.region_kato as region, load.appeals as amount, load.days as weight
  from (${loads(period)}) as load join centre on centre.id = load.centre_id`;

/** What the norm of each open centre asks for beyond the units that are there. */
const staffGaps =
  (post: EmployeePost | null) =>
  (period: IndicatorPeriod): Sql => {
    const [low, middle, high] = BANDS.map((band) => sql`${findNorm(band, post ?? undefined)}::float8`);
    const [upTo, over] = BAND_LIMITS;
    return sql`
  select open.region, case when open.load <= ${upTo} then ${low} when open.load <= ${over} then ${middle} else ${high} end
    - open.units as amount
  from (
    select centre.region_kato as region, floor(coalesce(load.appeals::float8 / nullif(load.days, 0), 0) + 0.5) as load,
      (select coalesce(sum(employee.units), 0) from employee where employee.centre_id = centre.id
        and (${post}::text is null or employee.post = ${post})) as units
    from centre join (${loads(period.load)}) as load on load.centre_id = centre.id
    where ${isOpen(period)}) as open`;
  };

const familiesAndManagers = (period: IndicatorPeriod): Sql => sql`
  select supported.region, supported.subject, 0 as weight from (${plansInForce(period)}) as supported
  union all
  select managers.region, null, managers.amount from (${staff('CASE_MANAGER')(period)}) as managers`;

/** Units of the register one level below the whole country, or two. */
const coverage =
  (level: 'REGION' | 'DISTRICT') =>
  (period: IndicatorPeriod): Sql => sql`
  select coalesce(unit.parent_kato, unit.kato) as region,
    exists (select from centre where ${isOpen(period)}
      and (centre.district_kato = unit.kato or centre.region_kato = unit.kato)) as hit
  from administrative_unit as unit left join administrative_unit as parent on parent.kato = unit.parent_kato
  where case when ${level} = 'REGION' then unit.parent_kato is null
    else unit.parent_kato is not null and parent.parent_kato is null end`;

const toldOfDays =
  (code: IndicatorCode) =>
  ({ firstDay, lastDay }: IndicatorPeriod): Sql => sql`
  select told.region_kato as region, date_trunc('month', told.day::timestamp) as month, told.value as amount
  from agency_aggregate as told
  where told.code = ${code} and told.day >= ${firstDay}::date and told.day <= ${lastDay}::date`;

/** A stock is the sum of all changes up to the day. */
const toldUntil =
  (code: IndicatorCode) =>
  ({ lastDay }: IndicatorPeriod): Sql => sql`
  select told.region_kato as region, told.value as amount
  from agency_aggregate as told where told.code = ${code} and told.day <= ${lastDay}::date`;

const crisisCoverage = ({ lastDay }: IndicatorPeriod): Sql => sql`
  select unit.kato as region, coalesce((select sum(told.value) from agency_aggregate as told
    where told.code = 'CRISIS_CENTRES' and told.region_kato = unit.kato and told.day <= ${lastDay}::date), 0) > 0 as hit
  from administrative_unit as unit where unit.parent_kato is null
    and exists (select from agency_aggregate_state as told where told.code = 'CRISIS_CENTRES')`;

const TOLD_EVENTS = sql`coalesce(sum(fact.amount), 0)`;
const ofNobody = <Of extends object>(of: Of) => ({ ...of, behind: NOBODY });

/** One statement for each indicator; what it means stands under the same code in definitions.ts. */
const STATEMENTS: Readonly<Record<IndicatorCode, Statement>> = {
  APPEALS: { facts: appeals, ...COUNT },
  APPEALS_PER_CENTRE_DAY: {
    facts: centreDays,
    value: sql`round((sum(fact.amount) / nullif(sum(fact.weight), 0))::numeric, 2)`,
    behind: sql`coalesce(sum(fact.amount), 0)`,
    additive: false,
  },
  ASSESSMENTS_IN_TIME: { facts: dueAssessments, ...SHARE },
  CASE_MANAGERS_ACTUAL: { facts: staff('CASE_MANAGER'), ...ofNobody(SUM) },
  CASE_MANAGERS_GAP: { facts: staffGaps('CASE_MANAGER'), ...ofNobody(SUM) },
  CENTRES_ACTIVE: { facts: openCentres, ...ofNobody(COUNT) },
  CHILD_HELP_CASES: { facts: toldOfDays('CHILD_HELP_CASES'), ...toldBy('CHILD_HELP_CASES', TOLD_EVENTS) },
  CHILD_HELP_ROOMS: { facts: toldUntil('CHILD_HELP_ROOMS'), ...toldBy('CHILD_HELP_ROOMS', NOBODY) },
  CONSULTATIONS: { facts: consultations, ...COUNT_BY_FAMILY },
  COVERAGE_CRISIS_CENTRES: { facts: crisisCoverage, ...ofNobody(SHARE) },
  COVERAGE_DISTRICTS: { facts: coverage('DISTRICT'), ...ofNobody(SHARE) },
  COVERAGE_REGIONS: { facts: coverage('REGION'), ...ofNobody(SHARE) },
  CRISIS_CENTRES: { facts: toldUntil('CRISIS_CENTRES'), ...toldBy('CRISIS_CENTRES', NOBODY) },
  FAMILIES_CONSULTED: {
    facts: (period) => sql`select consulted.* from (${consultations(period)}) as consulted
      where consulted.family_id is not null`,
    ...COUNT_OF_FAMILIES,
  },
  FAMILIES_ON_SUPPORT: { facts: plansInForce, ...COUNT_OF_FAMILIES },
  FAMILIES_PER_CASE_MANAGER: {
    facts: familiesAndManagers,
    value: sql`round((${FAMILIES} / nullif(sum(fact.weight), 0))::numeric, 2)`,
    behind: FAMILIES,
    additive: false,
  },
  FAMILIES_WITH_MEASURES: { facts: assignedMeasures, ...COUNT_OF_FAMILIES },
  FAMILY_OFFENCES: { facts: toldOfDays('FAMILY_OFFENCES'), ...toldBy('FAMILY_OFFENCES', TOLD_EVENTS) },
  MEASURES_ASSIGNED: { facts: assignedMeasures, ...COUNT_BY_FAMILY },
  MEASURES_DONE: { facts: doneMeasures, ...COUNT_BY_FAMILY },
  MEASURES_IN_TIME: { facts: doneMeasures, ...SHARE },
  MEASURES_OVERDUE: { facts: overdueMeasures, ...COUNT_BY_FAMILY },
  MEDIAN_DAYS_SIGNAL_TO_DECISION: { facts: decisions, ...MEDIAN },
  MOBILE_CASES: { facts: mobileCases, ...COUNT },
  PLANS_APPROVED: { facts: approvedPlans, ...COUNT },
  PLANS_IMPROVED: { facts: evaluatedPlans, ...SHARE_OF_FAMILIES },
  PLANS_WITHOUT_MEASURES: {
    facts: (period) => sql`select plan.region from (${plansInForce(period)}) as plan
      where not exists (select from plan_measure as measure
        where measure.plan_id = plan.plan_id and measure.created_at < ${period.before})`,
    ...ofNobody(COUNT),
  },
  PROTECTION_ORDERS: { facts: toldOfDays('PROTECTION_ORDERS'), ...toldBy('PROTECTION_ORDERS', TOLD_EVENTS) },
  PSYCHOLOGISTS_ACTUAL: { facts: staff('PSYCHOLOGIST'), ...ofNobody(SUM) },
  PSYCHOLOGISTS_GAP: { facts: staffGaps('PSYCHOLOGIST'), ...ofNobody(SUM) },
  RESIDENCE_DAYS: { facts: residences, ...SUM },
  SHARE_BEFORE_POLICE: { facts: violenceAppeals, ...SHARE_OF_FAMILIES },
  SHARE_OF_OTHER_MEASURES: { facts: assignedMeasures, ...SHARE },
  SIGNALS: { facts: signals, ...COUNT },
  STAFF_GAP: { facts: staffGaps(null), ...ofNobody(SUM) },
  STAFF_UNITS_ACTUAL: { facts: staff(null), ...ofNobody(SUM) },
};

/** By which column a breakdown groups, and how its slices are written. */
const SLICES = {
  MONTH: { column: sql`fact.month`, text: sql`to_char(fact.month, 'YYYY-MM')` },
  SOURCE: { column: sql`fact.source`, text: sql`fact.source` },
  SUPPORT_KIND: { column: sql`fact.support_kind`, text: sql`fact.support_kind` },
  RESPONSIBLE_BODY: { column: sql`fact.responsible_body`, text: sql`fact.responsible_body` },
} as const satisfies Record<Exclude<IndicatorDimensionKind, 'REGION'>, { column: Sql; text: Sql }>;

const NOT_CUT = sql`null::text`;

/** All sums are computed beside the figures: a share or a median of the whole is not the sum of its parts. */
function toStatement(
  { facts, value, behind }: Statement,
  period: IndicatorPeriod,
  { byRegion, slice }: IndicatorCut,
): RawBuilder<IndicatorCell> {
  const by = slice === null ? null : SLICES[slice];
  const sets = [
    sql`()`,
    ...(byRegion ? [sql`(fact.region)`] : []),
    ...(by ? [sql`(${by.column})`] : []),
    ...(byRegion && by ? [sql`(fact.region, ${by.column})`] : []),
  ];
  return sql<IndicatorCell>`
    select ${byRegion ? sql`fact.region` : NOT_CUT} as region, ${by?.text ?? NOT_CUT} as slice,
      (${value})::float8 as value, (${behind})::float8 as behind
    from (${facts(period)}) as fact
    group by grouping sets (${sql.join(sets)})`;
}

/** The figures of indicators: aggregates of the whole country, the same for every viewer. One statement for each. */
export function createIndicatorStore(db: Kysely<Tables & KitTables>, { now }: Viewer) {
  return {
    /** For each code the figure of the country and those of the cut with all its sums, in no order. */
    computeIndicators: async (
      codes: readonly IndicatorCode[],
      period: IndicatorPeriod,
      cut: IndicatorCut,
    ): Promise<IndicatorCells[]> => {
      const computed: IndicatorCells[] = [];
      for (const code of codes) {
        const { rows } = await toStatement(STATEMENTS[code], period, cut).execute(db);
        computed.push({ cells: rows, ofNothing: STATEMENTS[code].additive ? 0 : null });
      }
      return computed;
    },
    /** Appeals that centres registered in the load period that ended last; a centre without any is not in the list. */
    listAppealCounts: (centreIds: readonly string[]) => {
      const { from, to } = toLoadPeriod(toLocalDate(now).subtract({ days: 1 }));
      return db
        .selectFrom('appeal')
        .select(({ fn }) => ['centreId', fn.countAll<number>().as('appeals')])
        .where('centreId', 'in', centreIds)
        .where('registeredAt', '>=', startOfDay(from))
        .where('registeredAt', '<', startOfDay(to.add({ days: 1 })))
        .groupBy('centreId')
        .execute();
    },
  };
}

/** Whose records each count is of: nobody else's figure is believed. */
export const AGGREGATE_OWNERS: Readonly<Record<string, Agency>> = {
  PROTECTION_ORDERS: 'interior',
  FAMILY_OFFENCES: 'interior',
  CRISIS_CENTRES: 'social',
  CHILD_HELP_CASES: 'education',
  CHILD_HELP_ROOMS: 'education',
};

/** Takes in what another agency counted: whole days, each in the place of what was told of it before. */
export async function storeDailyAggregates(
  trx: Transaction<Tables & KitTables> | Kysely<Tables & KitTables>,
  { code, completeUntil, days }: DailyAggregates,
  from: Agency,
): Promise<void> {
  if (AGGREGATE_OWNERS[code] !== from)
    throw new Error(`The counts of ${code} must come from their owner, not from ${from}.`);
  if (days.length > 0) {
    await trx
      .deleteFrom('agencyAggregate')
      .where('code', '=', code)
      .where(
        'day',
        'in',
        days.map(({ day }) => day),
      )
      .execute();
  }
  const rows = days.flatMap(({ day, counts }) =>
    counts.map(([regionKato, value]) => ({ code, day, regionKato, value })),
  );
  if (rows.length > 0) await trx.insertInto('agencyAggregate').values(rows).execute();
  if (completeUntil !== null) {
    await trx
      .insertInto('agencyAggregateState')
      .values({ code, completeUntil })
      .onConflict((conflict) => conflict.column('code').doUpdateSet({ completeUntil }))
      .execute();
  }
}
