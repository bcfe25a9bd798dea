import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findIin, maskIin } from '../../../schema/iin.ts';
import { toLocalDate } from '../../../subgraphs/kit/deadline.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { listFamilyOffences2023, listProtectionOrders2023 } from '../../../subgraphs/kit/nation/background.ts';
import { createNation, DEFAULT_AS_OF } from '../../../subgraphs/kit/nation/nation.ts';
import { DISTRICTS } from '../../../subgraphs/kit/nation/places.ts';
import { idFor } from '../../../subgraphs/kit/nation/random.ts';
import { PROTECTION_ORDERS_2023, TARGETS } from '../../../subgraphs/kit/nation/targets.ts';
import { isUuid } from '../../../subgraphs/kit/uuid.ts';

const FAMILIES = TARGETS.families;
const nation = createNation({ seed: 1, families: FAMILIES, asOf: DEFAULT_AS_OF });
const { asOf } = nation;
const today = toLocalDate(asOf);
const families = [...nation.all()];
const supported = families.filter(({ stage }) => stage !== 'PASSING');
const passing = families.filter(({ stage }) => stage === 'PASSING');
const appeals = families.flatMap(({ appeal, earlierAppeal }) => [appeal, ...(earlierAppeal ? [earlierAppeal] : [])]);
const persons = families.flatMap(({ members }) => members);

/** The families that break a rule, by index: a failure names them. */
const breaking = (rule: (family: NationFamily) => boolean) =>
  families.filter((family) => !rule(family)).map(({ index }) => index);
const isOrdered = (...instants: readonly (Temporal.Instant | null | undefined)[]) => {
  const known = instants.filter((instant) => instant != null);
  return known.every((instant, index) => index === 0 || Temporal.Instant.compare(known[index - 1]!, instant) <= 0);
};

describe('the nation is the same', () => {
  test('whatever is asked for, in whatever order, by whatever agency', () => {
    const indices = fc.uniqueArray(fc.integer({ min: 0, max: families.length - 1 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(indices, (asked) => {
        const other = createNation({ seed: 1, families: FAMILIES, asOf: DEFAULT_AS_OF });
        const backwards = asked.toReversed().map((index) => JSON.stringify(other.family(index)));
        expect(backwards.toReversed()).toEqual(asked.map((index) => JSON.stringify(families[index])));
      }),
    );
  });

  test('in its first family, however many it has', () => {
    const small = createNation({ seed: 1, families: 100, asOf: DEFAULT_AS_OF });
    expect(JSON.stringify(small.family(0))).toBe(JSON.stringify(families[0]));
  });

  test('and with another seed it is another one', () => {
    const other = createNation({ seed: 2, families: 100, asOf: DEFAULT_AS_OF });
    const known = new Set(persons.map(({ id }) => id));
    expect([...other.all()].flatMap(({ members }) => members).filter(({ id }) => known.has(id))).toEqual([]);
  });
});

describe('its people', () => {
  test('have each an IIN of their own, synthetic, that tells their birth date and sex (domain.md 5.3)', () => {
    expect(new Set(persons.map(({ iin }) => iin)).size).toBe(persons.length);
    expect(persons.filter(({ iin }) => findIin(iin, { allowSynthetic: false }) !== null)).toEqual([]);
    for (const { iin, iinMasked, birthDate, sex } of persons) {
      expect(findIin(iin, { allowSynthetic: true })).toEqual({ value: iin, birthDate, sex, synthetic: true });
      expect(iinMasked).toBe(maskIin(iin));
    }
  });

  test('are born by now, and minors while they are under 18', () => {
    for (const { members } of families) {
      for (const { birthDate, minor, role } of members) {
        const born = Temporal.PlainDate.from(birthDate);
        expect(Temporal.PlainDate.compare(born, today)).toBeLessThanOrEqual(0);
        expect(minor).toBe(Temporal.PlainDate.compare(born.add({ years: 18 }), today) > 0);
        expect(minor).toBe(role === 'CHILD');
      }
    }
  });

  test('have mothers who were of age', () => {
    expect(
      breaking(({ members: [woman, ...others] }) => {
        const ofAge = Temporal.PlainDate.from(woman!.birthDate).add({ years: 18 }).toString();
        return others.every(({ birthDate, role }) => role !== 'CHILD' || birthDate >= ofAge);
      }),
    ).toEqual([]);
  });

  test('are named', () => {
    expect(persons.filter(({ fullName }) => !/^\p{Lu}\p{L}+( \p{Lu}\p{L}+){1,2}$/u.test(fullName))).toEqual([]);
    expect(persons.filter(({ address, phone }) => !address || !phone)).toEqual([]);
    for (const { centre, organisations } of nation.districts) {
      expect([
        ...centre.employees.map(({ fullName }) => fullName),
        ...organisations.flatMap(({ titleRu, titleKk }) => [titleRu, titleKk]),
      ]).not.toContain('');
    }
  });

  test('live in a family of a woman, a man and at least one child, where a centre supports them', () => {
    const rolesOf = ({ members }: NationFamily) => members.map(({ role }) => role).join(' ');
    expect(supported.filter((family) => !/^SPOUSE HEAD( CHILD){1,5}( PARENT)?$/.test(rolesOf(family)))).toEqual([]);
    expect(new Set(passing.map(rolesOf))).toEqual(new Set(['HEAD CHILD', 'SPOUSE HEAD CHILD']));
  });

  test('of one family have different names', () => {
    expect(breaking(({ members }) => new Set(members.map(({ fullName }) => fullName)).size === members.length)).toEqual(
      [],
    );
  });

  test('have numbers enough for 6.2 million families with plans (decision D3)', () => {
    const most = createNation({ seed: 1, families: 6_200_000, asOf: DEFAULT_AS_OF });
    for (let back = 1; back < 2000; back += 1)
      expect(most.family(most.familyCount - back).members.length).toBeGreaterThan(1);
    const lastSupported = 6_200_000 * 1.26 - 1;
    for (let back = 0; back < 2000; back += 1) expect(most.family(lastSupported - back).stage).not.toBe('PASSING');
  });
});

describe('its ids', () => {
  const idsOf = ({ id, members, appeal, earlierAppeal, incident, plan }: NationFamily) => [
    id,
    ...members.map((person) => person.id),
    ...[appeal, ...(earlierAppeal ? [earlierAppeal] : [])].flatMap((one) => [
      one.id,
      ...(one.assessmentId ? [one.assessmentId] : []),
      ...(one.mobileCase ? [one.mobileCase.id, one.mobileCase.visitId] : []),
      ...one.signals.map((signal) => signal.id),
    ]),
    ...(incident ? [incident.id] : []),
    ...(incident?.order ? [incident.order.id] : []),
    ...(plan ? [plan.id, ...plan.measures.map((measure) => measure.id)] : []),
  ];
  const ids = families.flatMap(idsOf);

  test('are UUIDs, and nothing shares one with anything else', () => {
    expect(ids.filter((id) => !isUuid(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are not sequential: the next one tells nothing of the one before (decision A6)', () => {
    const numbers = families.map(({ id }) => Number.parseInt(id.slice(0, 8), 16) / 2 ** 32);
    const steps = numbers.slice(1).map((number, index) => number - numbers[index]!);
    const ascending = steps.filter((step) => step > 0).length / steps.length;
    expect(ascending).toBeGreaterThan(0.48);
    expect(ascending).toBeLessThan(0.52);
    expect(steps.filter((step) => Math.abs(step) < 1e-7)).toEqual([]);
    for (const position of [0, 4, 7, 20, 30, 35]) {
      const digits = Map.groupBy(families, ({ id }) => id[position]);
      expect(
        [...digits.values()].every(({ length }) => length < families.length / 8),
        `digit ${position}`,
      ).toBe(true);
    }
  });

  test('of other things with similar names differ', () => {
    expect(idFor(1, 'measure', 1, 11)).not.toBe(idFor(1, 'measure', 11, 1));
    expect(idFor(1, 'measure', 1, 11)).not.toBe(idFor(1, 'measure', 1, 1, 1));
    expect(idFor(1, 'measure', 1, 11)).not.toBe(idFor(11, 'measure', 1, 11));
  });

  test('and the numbers read aloud are unique too', () => {
    const numbers = [
      ...appeals.map(({ number }) => number),
      ...families.flatMap(({ plan }) => (plan ? [plan.number, ...plan.measures.map(({ number }) => number)] : [])),
    ];
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => !/^([AP]-202[45]|M)-[0-9A-HJKMNP-TV-Z]{8}$/.test(number))).toEqual([]);
  });
});

describe('its cases', () => {
  test('have a plan exactly when they have come so far, approved exactly when it is active or has ended (I-01)', () => {
    const planned = new Set(['AWAITING_SIGNATURES', 'AWAITING_APPROVAL', 'ACTIVE', 'ENDED']);
    expect(
      breaking(
        ({ stage, plan, appeal }) =>
          (plan !== null) === planned.has(stage) &&
          (plan?.approvedAt != null) === (stage === 'ACTIVE' || stage === 'ENDED') &&
          (plan?.ending != null) === (stage === 'ENDED') &&
          (stage === 'PASSING' || (appeal.assessedAt === null) === (stage === 'REGISTERED')),
      ),
    ).toEqual([]);
    expect(new Set(families.map(({ stage }) => stage)).size).toBe(7);
    expect(new Set(families.map(({ situation }) => situation)).size).toBe(5);
    expect(new Set(families.map(({ plan }) => plan?.ending?.status))).toEqual(
      new Set([undefined, 'COMPLETED', 'EVALUATED', 'TERMINATED', 'EXPIRED']),
    );
  });

  test('have plans in force that have not run out, and ended ones that ended before now', () => {
    expect(
      breaking(({ stage, plan }) => {
        if (!plan) return true;
        if (stage === 'ENDED') return isOrdered(plan.approvedAt, plan.ending?.at, plan.ending?.evaluatedAt, asOf);
        return plan.endOn > today.toString();
      }),
    ).toEqual([]);
    expect(
      breaking(({ plan }) =>
        plan?.ending?.status === 'EXPIRED' ? plan.endOn < toLocalDate(plan.ending.at).toString() : true,
      ),
    ).toEqual([]);
  });

  test('are closed when their matter is settled or their plan has ended, and only then', () => {
    expect(appeals.filter(({ ending, closedAt }) => (ending === null) !== (closedAt === null))).toEqual([]);
    expect(
      breaking(({ stage, appeal }) => (appeal.ending !== null) === (stage === 'PASSING' || stage === 'ENDED')),
    ).toEqual([]);
    expect(
      breaking(
        ({ earlierAppeal, appeal }) =>
          earlierAppeal === null ||
          Temporal.Instant.compare(earlierAppeal.closedAt!.add({ hours: 24 * 30 }), appeal.registeredAt) < 0,
      ),
    ).toEqual([]);
    const ordered = appeals.filter(
      ({ registeredAt, consultedAt, assessedAt, closedAt, mobileCase }) =>
        !isOrdered(registeredAt, consultedAt, closedAt, asOf) ||
        !isOrdered(registeredAt, assessedAt, closedAt, asOf) ||
        !isOrdered(registeredAt, mobileCase?.departedAt, mobileCase?.arrivedAt, asOf),
    );
    expect(ordered.map(({ number }) => number)).toEqual([]);
  });

  test('have plans of at most a year with one to twelve measures, each due in it (I-07, decision D2)', () => {
    expect(
      breaking(({ plan }) => {
        if (!plan) return true;
        const latest = Temporal.PlainDate.from(plan.startOn).add({ years: 1 }).toString();
        return (
          plan.startOn < plan.endOn &&
          plan.endOn <= latest &&
          plan.measures.length >= 1 &&
          plan.measures.length <= 12 &&
          plan.measures.every(({ dueOn }) => plan.startOn <= dueOn && dueOn <= plan.endOn)
        );
      }),
    ).toEqual([]);
  });

  test('have measures for members of the family, by bodies of its district, none of them twice (I-11)', () => {
    expect(
      breaking(({ plan, members, district }) => {
        const measures = plan?.measures ?? [];
        const keys = measures.map(({ kind, beneficiary, organisationId }) =>
          [kind, beneficiary.id, organisationId].join('/'),
        );
        return (
          new Set(keys).size === keys.length &&
          measures.every(
            ({ beneficiary, bodyKind, organisationId, organisationRu, titleRu }) =>
              members.includes(beneficiary) &&
              titleRu !== '' &&
              organisationRu !== '' &&
              (bodyKind === 'FAMILY'
                ? organisationId === null
                : district.organisations.find(({ id }) => id === organisationId)?.kind === bodyKind),
          )
        );
      }),
    ).toEqual([]);
  });

  test('happen in order: incident, order, appeal, assessment, plan, signatures, approval, work, now', () => {
    expect(
      breaking(({ incident, appeal, plan }) =>
        [undefined, ...(plan?.measures ?? [])].every((measure) =>
          isOrdered(
            incident?.occurredAt,
            incident?.order?.issuedAt,
            incident?.order?.servedAt,
            appeal.registeredAt,
            appeal.assessedAt,
            plan?.createdAt,
            plan?.signedAt,
            plan?.approvedAt,
            measure?.outcomeAt,
            plan?.ending?.at,
            asOf,
          ),
        ),
      ),
    ).toEqual([]);
    expect(
      breaking(
        ({ appeal: { registeredAt, signals } }) =>
          signals[0]?.receivedAt.equals(registeredAt) === true &&
          isOrdered(...signals.map(({ receivedAt }) => receivedAt), asOf),
      ),
    ).toEqual([]);
    expect(breaking(({ ratings }) => isOrdered(...ratings.map(({ calculatedAt }) => calculatedAt), asOf))).toEqual([]);
  });

  test('have a plan that begins after its signatures and its approval', () => {
    expect(
      breaking(
        ({ plan }) =>
          !plan || toLocalDate(plan.approvedAt ?? plan.signedAt ?? plan.createdAt).toString() < plan.startOn,
      ),
    ).toEqual([]);
  });

  test('tell of violence by a member against another one, and only then of an incident', () => {
    expect(
      breaking(({ situation, incident, members, stage }) => {
        if (!incident) return situation !== 'VIOLENCE' || stage === 'PASSING';
        const { victim, aggressor, children } = incident;
        return (
          situation === 'VIOLENCE' &&
          victim !== aggressor &&
          [victim, aggressor, ...children].every((person) => members.includes(person)) &&
          !aggressor.minor &&
          children.every(({ minor }) => minor)
        );
      }),
    ).toEqual([]);
  });

  test('are reported by the police under the number of the incident, once', () => {
    expect(
      breaking(({ incident, appeal, earlierAppeal }) => {
        const { signals } = earlierAppeal ?? appeal;
        return (
          incident === null ||
          (signals[0]?.source === 'POLICE' &&
            signals.filter(({ sourceRecordId }) => sourceRecordId === incident.registryNumber).length === 1)
        );
      }),
    ).toEqual([]);
    const records = appeals.flatMap(({ signals }) =>
      signals.map(({ source, sourceRecordId }) => `${source}/${sourceRecordId}`),
    );
    expect(new Set(records).size).toBe(records.length);
  });

  test('give refuge to victims with an active plan, of either kind', () => {
    expect(
      breaking(({ refuge, incident, stage }) => refuge === null || (incident !== null && stage === 'ACTIVE')),
    ).toEqual([]);
    expect(new Set(families.map(({ refuge }) => refuge))).toEqual(
      new Set([null, 'TEMPORARY_RESIDENCE', 'CRISIS_CENTRE']),
    );
  });

  test('have evidence only of work that is under way or done', () => {
    expect(
      breaking(({ plan }) =>
        (plan?.measures ?? []).every(
          ({ evidenceId, outcome }) => evidenceId === null || outcome === 'DONE' || outcome === 'IN_PROGRESS',
        ),
      ),
    ).toEqual([]);
  });

  test('have a probationer who is on the register now', () => {
    expect(
      breaking(({ probationer, situation, members }) => {
        if (!probationer) return situation !== 'PROBATION';
        if (situation !== 'PROBATION') return false;
        const { person, since, until } = probationer;
        return members.includes(person) && since < today.toString() && today.toString() < until;
      }),
    ).toEqual([]);
  });
});

describe('its totals are the published ones (domain.md 2, decisions D2–D4)', () => {
  const from = Temporal.Instant.from('2025-03-01T00:00:00+05:00');
  const before = Temporal.Instant.from('2025-10-01T00:00:00+05:00');
  const isOfPeriod = (instant: Temporal.Instant | null | undefined) =>
    instant != null && Temporal.Instant.compare(from, instant) <= 0 && Temporal.Instant.compare(instant, before) < 0;
  const ofPeriod = appeals.filter(({ registeredAt }) => isOfPeriod(registeredAt));
  const mobile = ofPeriod.flatMap(({ mobileCase }) => mobileCase ?? []);
  const approved = families.flatMap(({ plan }) => (isOfPeriod(plan?.approvedAt) && plan ? [plan] : []));

  test.each([
    ['families with an active plan', families.filter(({ stage }) => stage === 'ACTIVE').length, 15_102],
    ['appeals of the period', ofPeriod.length, 44_540],
    ['consultations of the period', appeals.filter(({ consultedAt }) => isOfPeriod(consultedAt)).length, 19_613],
    ['measures in plans approved in the period', approved.flatMap(({ measures }) => measures).length, 8_749],
    ['cases of mobile groups', mobile.length, 5_670],
    ['cases that probation reported first', mobile.filter(({ source }) => source === 'PROBATION').length, 3_786],
    ['centres', nation.districts.length, 131],
    ['centres before the reform', nation.districts.filter(({ centre }) => centre.openedAt < '2024-07-01').length, 33],
    [
      'staff units',
      nation.districts.flatMap(({ centre }) => centre.employees).reduce((sum, { units }) => sum + units, 0),
      1_793,
    ],
    [
      'psychologists',
      nation.districts.flatMap(({ centre }) => centre.employees).filter(({ post }) => post === 'PSYCHOLOGIST').length,
      157,
    ],
    [
      'crisis centres at the end of 2022',
      nation.crisisCentres.filter(({ openedOn }) => openedOn <= '2022-12-31').length,
      42,
    ],
    [
      'crisis centres at the end of 2023',
      nation.crisisCentres.filter(({ openedOn }) => openedOn <= '2023-12-31').length,
      49,
    ],
    ['family offences of 2023', [...listFamilyOffences2023(nation)].length, 66_615],
    ['protection orders of 2023', [...listProtectionOrders2023(nation)].length, 87_846],
  ])('%s', (_, found, published) => {
    expect(found).toBe(published);
  });

  test('protection orders of 2023 by region; the seven published ones and 54,951 of the others', () => {
    const byRegion = Map.groupBy(listProtectionOrders2023(nation), ({ kato }) => kato.slice(0, 2));
    expect(Object.fromEntries([...byRegion].map(([code, { length }]) => [code, length]))).toEqual(
      PROTECTION_ORDERS_2023,
    );
    const published = ['33', '35', '39', '43', '59', '62', '71'];
    const others = Object.entries(PROTECTION_ORDERS_2023).filter(([code]) => !published.includes(code));
    expect(others.reduce((sum, [, orders]) => sum + orders, 0)).toBe(54_951);
    expect(published.map((code) => PROTECTION_ORDERS_2023[code])).toEqual([
      2_571, 7_973, 7_894, 2_298, 2_506, 861, 8_792,
    ]);
  });

  test('events of the background all fall into their year', () => {
    for (const { at } of listProtectionOrders2023(nation)) expect(toLocalDate(at).year).toBe(2023);
  });

  test('in a nation of any size the shares are the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 3000 }), (size) => {
        const other = createNation({ seed: 1, families: size, asOf: DEFAULT_AS_OF });
        const all = [...other.all()];
        const those = all.flatMap(({ appeal, earlierAppeal }) => [appeal, ...(earlierAppeal ? [earlierAppeal] : [])]);
        expect(all.filter(({ stage }) => stage === 'ACTIVE').length).toBe(size);
        expect(those.filter(({ registeredAt }) => isOfPeriod(registeredAt)).length).toBe(other.scale(44_540));
        expect(those.filter(({ consultedAt }) => isOfPeriod(consultedAt)).length).toBe(other.scale(19_613));
        expect(all.flatMap(({ plan }) => (isOfPeriod(plan?.approvedAt) ? (plan?.measures ?? []) : [])).length).toBe(
          other.scale(8_749),
        );
        expect(those.filter(({ mobileCase }) => mobileCase?.source === 'PROBATION').length).toBe(other.scale(3_786));
      }),
      { numRuns: 8 },
    );
  });

  test('every region has a district, and every district of a nation lies in one', () => {
    expect(DISTRICTS.length).toBe(131);
    expect(new Set(DISTRICTS.map(({ kato }) => kato)).size).toBe(131);
    expect(new Set(nation.districts.map(({ regionKato }) => regionKato)).size).toBe(20);
  });
});
