import type { IndicatorCode } from '../../subgraphs/centres/indicators/definitions.ts';
import type { IndicatorCut } from '../../subgraphs/centres/indicators/store.ts';
import { createCalendar, readPublishedCalendar } from '../../subgraphs/kit/calendar.ts';
import type { Tables } from '../../subgraphs/centres/store.ts';
import { type CaseRecords, completeRecords } from './case-records.ts';

// The indicators once more, read off their definitions and counted one by one: what the statements must agree with.

interface Fact {
  readonly region: string;
  readonly slices?: Partial<Record<Exclude<IndicatorCut['slice'], null>, string>>;
  readonly family?: string | null;
  readonly hit?: boolean | null;
  readonly amount?: number;
  readonly weight?: number;
}
interface Days {
  readonly from: string;
  readonly to: string;
  readonly now: Temporal.Instant;
}
interface Naive {
  readonly facts: (records: CaseRecords, days: Days) => readonly Fact[];
  readonly value: (facts: readonly Fact[]) => number | null;
  /** How many stand behind a figure; below ten it is not shown. */
  readonly behind: (facts: readonly Fact[]) => number;
}

const calendar = createCalendar(readPublishedCalendar());
const dayOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO('Asia/Almaty').toPlainDate().toString();
const monthOf = (day: string) => day.slice(0, 7);
const round = (value: number) => Math.round(value * 100) / 100;
const sum = (facts: readonly Fact[], of: 'amount' | 'weight') => facts.reduce((all, fact) => all + (fact[of] ?? 0), 0);
const families = (facts: readonly Fact[]) =>
  new Set(facts.flatMap(({ family }) => (family === null || family === undefined ? [] : [family]))).size;

const isIn = (instant: Temporal.Instant | null | undefined, { from, to }: { from: string; to: string }) =>
  instant != null && dayOf(instant) >= from && dayOf(instant) <= to;
const isBy = (instant: Temporal.Instant | null | undefined, to: string) => instant != null && dayOf(instant) <= to;

type Row<Table extends keyof Tables> = Tables[Table];
const all = <Table extends keyof Tables>(records: CaseRecords, table: Table) =>
  (records[table] ?? []) as readonly Row<Table>[];
const find = <Table extends keyof Tables>(records: CaseRecords, table: Table, id: string | null): Row<Table> => {
  const row = all(records, table).find((candidate) => (candidate as { id: string }).id === id);
  if (!row) throw new Error(`${table} must have ${id}.`);
  return row;
};

const count = { value: (facts: readonly Fact[]) => facts.length, behind: (facts: readonly Fact[]) => facts.length };
const countFamilies = { value: families, behind: families };
const total = { value: (facts: readonly Fact[]) => sum(facts, 'amount'), behind: families };
const totalOfNobody = { ...total, behind: () => 0 };
const share = {
  value: (facts: readonly Fact[]) => {
    const known = facts.filter(({ hit }) => hit !== null);
    return known.length === 0 ? null : round((100 * known.filter(({ hit }) => hit).length) / known.length);
  },
  behind: (facts: readonly Fact[]) => facts.length,
};
const shareOfFamilies = {
  ...share,
  behind: (facts: readonly Fact[]) => {
    const sides = [true, false].map((side) => families(facts.filter(({ hit }) => hit === side))).filter((n) => n > 0);
    return sides.length === 0 ? 0 : Math.min(...sides);
  },
};
const shareOfNobody = { ...share, behind: () => 0 };
const median = {
  value: (facts: readonly Fact[]) => {
    const sorted = facts.map(({ amount }) => amount ?? NaN).toSorted((a, b) => a - b);
    const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
    return sorted.length === 0 ? null : round(((sorted[low] ?? NaN) + (sorted[high] ?? NaN)) / 2);
  },
  behind: (facts: readonly Fact[]) => facts.length,
};

const applicantOf = ({ familyId, applicantId, id }: Row<'appeal'>) => familyId ?? applicantId ?? id;
const signalsOf = (records: CaseRecords, appealId: string) =>
  all(records, 'signal')
    .filter((signal) => signal.appealId === appealId)
    .toSorted((a, b) => Temporal.Instant.compare(a.receivedAt, b.receivedAt) || (a.id < b.id ? -1 : 1));

const ofAppeal = (records: CaseRecords, appealId: string, on: Temporal.Instant): Fact => {
  const appeal = find(records, 'appeal', appealId);
  return {
    region: find(records, 'centre', appeal.centreId).regionKato,
    family: applicantOf(appeal),
    slices: { MONTH: monthOf(dayOf(on)), SOURCE: signalsOf(records, appealId)[0]?.source ?? 'OTHER' },
  };
};
const ofMeasure = (records: CaseRecords, measure: Row<'planMeasure'>, on: Temporal.Instant): Fact => ({
  region: find(records, 'centre', find(records, 'individualPlan', measure.planId).leadCentreId).regionKato,
  family: measure.familyId,
  slices: { MONTH: monthOf(dayOf(on)), SUPPORT_KIND: measure.kind, RESPONSIBLE_BODY: measure.bodyKind },
});

const appeals: Naive['facts'] = (records, days) =>
  all(records, 'appeal')
    .filter(({ registeredAt }) => isIn(registeredAt, days))
    .map(({ id, registeredAt }) => ofAppeal(records, id, registeredAt));
const consultations: Naive['facts'] = (records, days) =>
  all(records, 'consultation')
    .filter((consultation) => isIn(consultation.at, days))
    .map(({ appealId, at }) => ofAppeal(records, appealId, at));
const sentAt = (records: CaseRecords, measureId: string) =>
  all(records, 'measureStatusEntry')
    .filter((entry) => entry.measureId === measureId && entry.status === 'SENT')
    .toSorted((a, b) => a.position - b.position)[0]?.at;
const assigned: Naive['facts'] = (records, days) =>
  all(records, 'planMeasure').flatMap((measure) => {
    const sent = sentAt(records, measure.id);
    return sent && isIn(sent, days) ? [{ ...ofMeasure(records, measure, sent), hit: measure.kind === 'OTHER' }] : [];
  });
const done: Naive['facts'] = (records, days) =>
  all(records, 'planMeasure').flatMap((measure) => {
    const { finishedAt, status, dueDate } = measure;
    if (status !== 'DONE' || finishedAt === null || !isIn(finishedAt, days)) return [];
    return [{ ...ofMeasure(records, measure, finishedAt), hit: dayOf(finishedAt) <= dueDate }];
  });
const historyOf = (records: CaseRecords, planId: string, statuses: readonly string[]) =>
  all(records, 'planHistory')
    .filter((entry) => entry.planId === planId && statuses.includes(entry.status))
    .map((entry) => entry.at)
    .toSorted((a, b) => Temporal.Instant.compare(a, b))[0];
const plansInForce = (records: CaseRecords, to: string) =>
  all(records, 'individualPlan').filter(
    ({ id }) =>
      isBy(historyOf(records, id, ['ACTIVE', 'UNDER_REVISION']), to) &&
      !isBy(historyOf(records, id, ['COMPLETED', 'TERMINATED', 'EXPIRED', 'EVALUATED']), to),
  );
const supported: Naive['facts'] = (records, { to }) =>
  plansInForce(records, to).map(({ leadCentreId, familyId }) => ({
    region: find(records, 'centre', leadCentreId).regionKato,
    family: familyId,
  }));
const isOpen = ({ openedAt, closedAt }: Row<'centre'>, day: string) =>
  openedAt <= day && (closedAt === null || day < closedAt);
const staff =
  (post: string | null): Naive['facts'] =>
  (records, { to }) =>
    all(records, 'employee')
      .filter((employee) => post === null || employee.post === post)
      .flatMap(({ centreId, units }) => {
        const centre = find(records, 'centre', centreId);
        return isOpen(centre, to) ? [{ region: centre.regionKato, amount: units }] : [];
      });
const load = (records: CaseRecords, centre: Row<'centre'>, from: string, to: string) => ({
  appeals: all(records, 'appeal').filter(
    ({ centreId, registeredAt }) => centreId === centre.id && isIn(registeredAt, { from, to }),
  ).length,
  days: calendar
    .listWorkingDays(Temporal.PlainDate.from(from), Temporal.PlainDate.from(to))
    .filter((day) => isOpen(centre, day.toString())).length,
});
/** Up to 50, up to 100 and more appeals a day (the annex, by hand). */
const NORMS: Readonly<Record<string, readonly [number, number, number]>> = {
  ALL: [17, 24.5, 31.5],
  PSYCHOLOGIST: [2, 2, 3],
  CASE_MANAGER: [2, 3, 4],
};
const gaps =
  (post: 'PSYCHOLOGIST' | 'CASE_MANAGER' | null): Naive['facts'] =>
  (records, days) => {
    const next = Temporal.PlainDate.from(days.to).add({ days: 1 }).with({ day: 1 });
    const [from, to] = [next.subtract({ months: 12 }).toString(), next.subtract({ days: 1 }).toString()];
    return all(records, 'centre')
      .filter((centre) => isOpen(centre, days.to))
      .map((centre) => {
        const { appeals: registered, days: worked } = load(records, centre, from, to);
        const mean = worked === 0 ? 0 : registered / worked;
        const norm = NORMS[post ?? 'ALL']?.[mean < 50.5 ? 0 : mean < 100.5 ? 1 : 2] ?? NaN;
        const here = all(records, 'employee').filter(
          (employee) => employee.centreId === centre.id && (post === null || employee.post === post),
        );
        return {
          region: centre.regionKato,
          amount: norm - here.reduce((units, employee) => units + employee.units, 0),
        };
      });
  };
const told = (code: string, stock: boolean): Naive => ({
  facts: (records, { from, to }) =>
    all(records, 'agencyAggregate')
      .filter((row) => row.code === code && row.day <= to && (stock || row.day >= from))
      .map(({ regionKato, day, value }) => ({ region: regionKato, amount: value, slices: { MONTH: monthOf(day) } })),
  value: (facts) => sum(facts, 'amount'),
  behind: (facts) => (stock ? 0 : sum(facts, 'amount')),
});
const coverage =
  (level: 'REGION' | 'DISTRICT'): Naive['facts'] =>
  (records, { to }) =>
    all(records, 'administrativeUnit')
      .filter(({ parentKato }) => (parentKato === null) === (level === 'REGION'))
      .map(({ kato, parentKato }) => ({
        region: parentKato ?? kato,
        hit: all(records, 'centre').some(
          (centre) => isOpen(centre, to) && [centre.districtKato, centre.regionKato].includes(kato),
        ),
      }));

/** Every indicator; those of other agencies as if they had told of everything. */
export const NAIVE: Readonly<Record<IndicatorCode, Naive>> = {
  APPEALS: { facts: appeals, ...count },
  APPEALS_PER_CENTRE_DAY: {
    facts: (records, { from, to }) =>
      all(records, 'centre').map((centre) => {
        const { appeals: amount, days: weight } = load(records, centre, from, to);
        return { region: centre.regionKato, amount, weight };
      }),
    value: (facts) => (sum(facts, 'weight') === 0 ? null : round(sum(facts, 'amount') / sum(facts, 'weight'))),
    behind: (facts) => sum(facts, 'amount'),
  },
  ASSESSMENTS_IN_TIME: {
    facts: (records, days) =>
      all(records, 'deadline')
        .filter(
          ({ dueAt, metAt }) =>
            isIn(dueAt, days) && (metAt !== null || dueAt.epochMilliseconds < days.now.epochMilliseconds),
        )
        .flatMap(({ entityId, dueAt, metAt }) => {
          const { appealId, status } = find(records, 'primaryAssessment', entityId);
          const hit = metAt !== null && Temporal.Instant.compare(metAt, dueAt) <= 0;
          return status === 'CANCELLED' ? [] : [{ ...ofAppeal(records, appealId, dueAt), hit }];
        }),
    ...share,
  },
  CASE_MANAGERS_ACTUAL: { facts: staff('CASE_MANAGER'), ...totalOfNobody },
  CASE_MANAGERS_GAP: { facts: gaps('CASE_MANAGER'), ...totalOfNobody },
  CENTRES_ACTIVE: {
    facts: (records, { to }) =>
      all(records, 'centre')
        .filter((centre) => isOpen(centre, to))
        .map(({ regionKato }) => ({ region: regionKato })),
    ...count,
    behind: () => 0,
  },
  CHILD_HELP_CASES: told('CHILD_HELP_CASES', false),
  CHILD_HELP_ROOMS: told('CHILD_HELP_ROOMS', true),
  CONSULTATIONS: { facts: consultations, ...count, behind: families },
  COVERAGE_CRISIS_CENTRES: {
    facts: (records, { to }) =>
      all(records, 'administrativeUnit')
        .filter(({ parentKato }) => parentKato === null)
        .map(({ kato }) => {
          const changes = told('CRISIS_CENTRES', true).facts(records, { from: to, to, now: at(to) });
          return {
            region: kato,
            hit:
              sum(
                changes.filter(({ region }) => region === kato),
                'amount',
              ) > 0,
          };
        }),
    ...shareOfNobody,
  },
  COVERAGE_DISTRICTS: { facts: coverage('DISTRICT'), ...shareOfNobody },
  COVERAGE_REGIONS: { facts: coverage('REGION'), ...shareOfNobody },
  CRISIS_CENTRES: told('CRISIS_CENTRES', true),
  FAMILIES_CONSULTED: {
    facts: (records, days) =>
      all(records, 'consultation')
        .filter((consultation) => isIn(consultation.at, days))
        .filter(({ appealId }) => find(records, 'appeal', appealId).familyId !== null)
        .map(({ appealId, at }) => ofAppeal(records, appealId, at)),
    ...countFamilies,
  },
  FAMILIES_ON_SUPPORT: { facts: supported, ...countFamilies },
  FAMILIES_PER_CASE_MANAGER: {
    facts: (records, days) => [
      ...supported(records, days),
      ...staff('CASE_MANAGER')(records, days).map(({ region, amount }) => ({ region, weight: amount ?? 0 })),
    ],
    value: (facts) => (sum(facts, 'weight') === 0 ? null : round(families(facts) / sum(facts, 'weight'))),
    behind: families,
  },
  FAMILIES_WITH_MEASURES: { facts: assigned, ...countFamilies },
  FAMILY_OFFENCES: told('FAMILY_OFFENCES', false),
  MEASURES_ASSIGNED: { facts: assigned, ...count, behind: families },
  MEASURES_DONE: { facts: done, ...count, behind: families },
  MEASURES_IN_TIME: { facts: done, ...share },
  MEASURES_OVERDUE: {
    facts: (records, { to }) =>
      all(records, 'planMeasure')
        .filter(({ id, dueDate, finishedAt }) => dueDate < to && isBy(sentAt(records, id), to) && !isBy(finishedAt, to))
        .map((measure) => ofMeasure(records, measure, measure.createdAt)),
    ...count,
    behind: families,
  },
  MEDIAN_DAYS_SIGNAL_TO_DECISION: {
    facts: (records, days) =>
      all(records, 'primaryAssessment').flatMap(({ appealId, status, completedAt }) => {
        const [first] = signalsOf(records, appealId);
        if (status !== 'COMPLETED' || completedAt === null || !first || !isIn(completedAt, days)) return [];
        const amount = (completedAt.epochMilliseconds - first.receivedAt.epochMilliseconds) / 86_400_000;
        return [{ ...ofAppeal(records, appealId, completedAt), amount }];
      }),
    ...median,
  },
  MOBILE_CASES: {
    facts: (records, days) =>
      all(records, 'mobileGroupCase')
        .filter(({ registeredAt }) => isIn(registeredAt, days))
        .map(({ districtKato, registeredAt, source }) => ({
          region: `${districtKato.slice(0, 2)}0000000`,
          slices: { MONTH: monthOf(dayOf(registeredAt)), SOURCE: source },
        })),
    ...count,
  },
  PLANS_APPROVED: {
    facts: (records, days) =>
      all(records, 'individualPlan').flatMap(({ id, leadCentreId, familyId }) => {
        const begun = historyOf(records, id, ['ACTIVE']);
        if (!begun || !isIn(begun, days)) return [];
        const region = find(records, 'centre', leadCentreId).regionKato;
        return [{ region, family: familyId, slices: { MONTH: monthOf(dayOf(begun)) } }];
      }),
    ...count,
  },
  PLANS_IMPROVED: {
    facts: (records, days) =>
      all(records, 'individualPlan').flatMap(({ leadCentreId, familyId, evaluatedAt, result }) => {
        if (evaluatedAt === null || !isIn(evaluatedAt, days)) return [];
        const region = find(records, 'centre', leadCentreId).regionKato;
        return [
          { region, family: familyId, slices: { MONTH: monthOf(dayOf(evaluatedAt)) }, hit: result === 'IMPROVED' },
        ];
      }),
    ...shareOfFamilies,
  },
  PLANS_WITHOUT_MEASURES: {
    facts: (records, { to }) =>
      plansInForce(records, to)
        .filter(({ id }) => !all(records, 'planMeasure').some((m) => m.planId === id && isBy(m.createdAt, to)))
        .map(({ leadCentreId }) => ({ region: find(records, 'centre', leadCentreId).regionKato })),
    ...count,
    behind: () => 0,
  },
  PROTECTION_ORDERS: told('PROTECTION_ORDERS', false),
  PSYCHOLOGISTS_ACTUAL: { facts: staff('PSYCHOLOGIST'), ...totalOfNobody },
  PSYCHOLOGISTS_GAP: { facts: gaps('PSYCHOLOGIST'), ...totalOfNobody },
  RESIDENCE_DAYS: {
    facts: (records, { from, to }) =>
      all(records, 'temporaryResidence').flatMap(({ id, personId, centreId, admittedAt, dischargedAt }) => {
        const people = 1 + all(records, 'residenceMinor').filter(({ residenceId }) => residenceId === id).length;
        let days = 0;
        for (let day = Temporal.PlainDate.from(from); day.toString() <= to; day = day.add({ days: 1 })) {
          const text = day.toString();
          if (dayOf(admittedAt) <= text && (dischargedAt === null || text <= dayOf(dischargedAt))) days += 1;
        }
        const region = find(records, 'centre', centreId).regionKato;
        return days > 0 ? [{ region, family: personId, amount: days * people }] : [];
      }),
    ...total,
  },
  SHARE_BEFORE_POLICE: {
    facts: (records, days) =>
      all(records, 'primaryAssessment').flatMap(({ appealId, recognised, grounds }) => {
        const { registeredAt } = find(records, 'appeal', appealId);
        if (!recognised || !grounds.includes('CRUEL_TREATMENT') || !isIn(registeredAt, days)) return [];
        const [first] = signalsOf(records, appealId);
        return [{ ...ofAppeal(records, appealId, registeredAt), hit: first ? first.source !== 'POLICE' : null }];
      }),
    ...shareOfFamilies,
  },
  SHARE_OF_OTHER_MEASURES: { facts: assigned, ...share },
  SIGNALS: {
    facts: (records, days) =>
      all(records, 'signal')
        .filter(({ receivedAt }) => isIn(receivedAt, days))
        .map(({ kato, receivedAt, source }) => ({
          region: `${kato.slice(0, 2)}0000000`,
          slices: { MONTH: monthOf(dayOf(receivedAt)), SOURCE: source },
        })),
    ...count,
  },
  STAFF_GAP: { facts: gaps(null), ...totalOfNobody },
  STAFF_UNITS_ACTUAL: { facts: staff(null), ...totalOfNobody },
};

const at = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime('Asia/Almaty').toInstant();

/** The figures of a cut with all sums: `region/slice` → value and how many stand behind it. */
export function computeNaively(
  code: IndicatorCode,
  records: CaseRecords,
  days: Days,
  { byRegion, slice }: IndicatorCut,
): ReadonlyMap<string, readonly [number | null, number]> {
  const { facts, value, behind } = NAIVE[code];
  const places = facts(completeRecords(records), days).flatMap((fact) => {
    const regions = byRegion ? ['', fact.region] : [''];
    const slices = slice === null ? [''] : ['', fact.slices?.[slice] ?? ''];
    return regions.flatMap((region) => slices.map((of) => ({ place: `${region}/${of}`, fact })));
  });
  const grouped = Map.groupBy(places, ({ place }) => place);
  if (!grouped.has('/')) grouped.set('/', []);
  return new Map(
    [...grouped].map(([place, members]) => {
      const own = members.map(({ fact }) => fact);
      return [place, [value(own), behind(own)] as const];
    }),
  );
}
