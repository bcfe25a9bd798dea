import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findIin, maskIin } from '../../../schema/iin.ts';
import { toLocalDate } from '../../../subgraphs/kit/deadline.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { createNation, DEFAULT_AS_OF } from '../../../subgraphs/kit/nation/nation.ts';
import { idFor } from '../../../subgraphs/kit/nation/random.ts';
import { isUuid } from '../../../subgraphs/kit/uuid.ts';

const FAMILIES = 20_000;
const nation = createNation({ seed: 1, families: FAMILIES, asOf: DEFAULT_AS_OF });
const { asOf } = nation;
const today = toLocalDate(asOf);
const families = [...nation.all()];
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
    const indices = fc.uniqueArray(fc.integer({ min: 0, max: FAMILIES - 1 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(indices, (asked) => {
        const other = createNation({ seed: 1, families: FAMILIES, asOf: DEFAULT_AS_OF });
        const backwards = asked.toReversed().map((index) => JSON.stringify(other.family(index)));
        expect(backwards.toReversed()).toEqual(asked.map((index) => JSON.stringify(families[index])));
      }),
    );
  });

  test('however many families it has', () => {
    const small = createNation({ seed: 1, families: 100, asOf: DEFAULT_AS_OF });
    expect(JSON.stringify([...small.all()])).toBe(JSON.stringify(families.slice(0, 100)));
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

  test('live in a family of a woman, a man and at least one child', () => {
    expect(
      breaking(({ members }) => {
        const roles = members.map(({ role }) => role).join(' ');
        return /^SPOUSE HEAD( CHILD){1,5}( PARENT)?$/.test(roles);
      }),
    ).toEqual([]);
  });
});

describe('its ids', () => {
  const idsOf = ({ id, members, appeal, incident, plan }: NationFamily) => [
    id,
    appeal.id,
    appeal.assessmentId,
    ...members.map((person) => person.id),
    ...appeal.signals.map((signal) => signal.id),
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
        [...digits.values()].every(({ length }) => length < FAMILIES / 8),
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
    const numbers = families.flatMap(({ appeal, plan }) => [
      appeal.number,
      ...(plan ? [plan.number, ...plan.measures.map(({ number }) => number)] : []),
    ]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => !/^([AP]-202[45]|M)-[0-9A-HJKMNP-TV-Z]{8}$/.test(number))).toEqual([]);
  });
});

describe('its cases', () => {
  test('have a plan exactly when they have come so far, approved exactly when it is active (I-01)', () => {
    expect(
      breaking(({ stage, plan, appeal }) => {
        const planned = stage === 'ACTIVE' || stage === 'AWAITING_APPROVAL';
        return (
          (plan !== null) === planned &&
          (plan?.approvedAt != null) === (stage === 'ACTIVE') &&
          (appeal.assessedAt === null) === (stage === 'REGISTERED')
        );
      }),
    ).toEqual([]);
    expect(new Set(families.map(({ stage }) => stage)).size).toBe(4);
    expect(new Set(families.map(({ situation }) => situation)).size).toBe(5);
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
      breaking(({ plan }) => !plan || toLocalDate(plan.approvedAt ?? plan.signedAt).toString() < plan.startOn),
    ).toEqual([]);
  });

  test('tell of violence by a member against another one, and only then of an incident', () => {
    expect(
      breaking(({ situation, incident, members }) => {
        if (!incident) return situation !== 'VIOLENCE';
        const { victim, aggressor, children } = incident;
        return (
          situation === 'VIOLENCE' &&
          victim !== aggressor &&
          [victim, aggressor, ...children].every((person) => members.includes(person)) &&
          children.every(({ minor }) => minor)
        );
      }),
    ).toEqual([]);
  });

  test('are reported by the police under the number of the incident, once', () => {
    expect(
      breaking(
        ({ incident, appeal: { signals } }) =>
          incident === null ||
          (signals[0]?.source === 'POLICE' &&
            signals.filter(({ sourceRecordId }) => sourceRecordId === incident.registryNumber).length === 1),
      ),
    ).toEqual([]);
    const records = families.flatMap(({ appeal }) =>
      appeal.signals.map(({ source, sourceRecordId }) => `${source}/${sourceRecordId}`),
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
        const { person, since, until } = probationer;
        return (
          situation === 'PROBATION' && members.includes(person) && since < today.toString() && today.toString() < until
        );
      }),
    ).toEqual([]);
  });
});
