import type { Insertable } from 'kysely';
import { startOfDay, toLocalDate } from '../kit/deadline.ts';
import type { NationFamily } from '../kit/nation/family.ts';
import type { NationSeed } from '../kit/nation/load.ts';
import type { Nation } from '../kit/nation/nation.ts';
import type { NationPerson } from '../kit/nation/people.ts';
import { getOrganisation, type NationCrisisCentre } from '../kit/nation/places.ts';
import type { MeasureOutcome } from '../kit/nation/plan.ts';
import { idFor, type Random, randomFor } from '../kit/nation/random.ts';
import type { BENEFIT_CODES } from './rules/benefit-codes.ts';
import { WELLBEING_INDICATORS } from './rules/wellbeing-indicators.ts';
import type {
  BenefitAwardRow,
  CrisisCentrePlacementRow,
  CrisisCentreRow,
  DisabilityRecord,
  EmploymentCaseRow,
  FamilyMembershipRow,
  PersonRecord,
  Tables,
} from './store.ts';

export const seed: NationSeed<Tables> = {
  tables: [
    'person',
    'family',
    'familyMembership',
    'wellbeingRating',
    'disability',
    'benefitAward',
    'employmentCase',
    'crisisCentre',
    'crisisCentrePlacement',
    'placeReservation',
  ],
  country(nation, rows) {
    rows.crisisCentre.push(...nation.crisisCentres.map((centre) => toCrisisCentre(nation, centre)));
    return [];
  },
  family(nation, family, rows) {
    const { seed: root } = nation;
    const today = toLocalDate(nation.asOf);
    rows.person.push(...family.members.map((person) => toPerson(family, person, today)));
    rows.family.push({
      id: family.id,
      kato: family.district.kato,
      mergedInto: null,
      recordedAt: startOfDay(CARD_BEGAN),
    });
    rows.familyMembership.push(...toMemberships(root, family, today));
    rows.wellbeingRating.push(...toRatings(root, family));
    if (family.stage === 'PASSING') return;
    const disabled = toDisabilities(root, family, today);
    rows.disability.push(...disabled);
    rows.benefitAward.push(...toMeasureAwards(root, family, today), ...toOtherAwards(root, family, disabled, today));
    rows.employmentCase.push(...toEmploymentCases(root, family, today));
    const placements = toPlacements(nation, family, today);
    rows.crisisCentrePlacement.push(...placements);
    rows.placeReservation.push(...toReservations(nation, family, placements));
  },
};

/** The first day of the Digital Family Card: who was born before it was recorded then. */
const CARD_BEGAN = Temporal.PlainDate.from('2023-01-01');

function toPerson(family: NationFamily, person: NationPerson, today: Temporal.PlainDate): PersonRecord {
  const birthDate = Temporal.PlainDate.from(person.birthDate);
  return {
    id: person.id,
    iin: person.iin,
    identityStatus: 'CONFIRMED',
    mergedInto: null,
    fullName: person.fullName,
    birthDate: person.birthDate,
    birthYear: birthDate.year,
    sex: person.sex,
    registeredKato: family.district.kato,
    registeredAddress: person.address,
    phone: person.phone,
    recordedAt: startOfDay(earlier(later(birthDate, CARD_BEGAN), today)),
  };
}

/** Parents since their marriage, children since their birth; a grandmother's kinship was sometimes recorded later. */
function toMemberships(root: number, family: NationFamily, today: Temporal.PlainDate): FamilyMembershipRow[] {
  const random = randomFor(root, 'memberships', family.index);
  const married = toWeddingDay(family, random);
  const rows: FamilyMembershipRow[] = [];
  const add = (person: NationPerson, of: Pick<FamilyMembershipRow, 'role' | 'since' | 'until'>) =>
    rows.push({
      ...of,
      id: idFor(root, 'membership', family.index, rows.length),
      familyId: family.id,
      personId: person.id,
    });
  for (const person of family.members) {
    switch (person.role) {
      case 'HEAD':
      case 'SPOUSE':
        add(person, { role: person.role, since: married.toString(), until: null });
        break;
      case 'CHILD':
        add(person, {
          role: 'CHILD',
          since: earlier(Temporal.PlainDate.from(person.birthDate), today).toString(),
          until: null,
        });
        break;
      case 'PARENT': {
        const corrected = random.chance(0.5) ? today.subtract({ days: random.integer(100, 700) }) : null;
        if (corrected) {
          add(person, { role: 'OTHER', since: null, until: corrected.subtract({ days: 1 }).toString() });
        }
        add(person, { role: 'PARENT', since: corrected?.toString() ?? null, until: null });
      }
    }
  }
  return rows;
}

/** Some time before the first child, but not before both were of age. */
function toWeddingDay(family: NationFamily, random: Random): Temporal.PlainDate {
  const birthDates = (roles: readonly NationPerson['role'][]) =>
    family.members
      .filter(({ role }) => roles.includes(role))
      .map((person) => Temporal.PlainDate.from(person.birthDate));
  const ofAge = birthDates(['HEAD', 'SPOUSE']).reduce(later).add({ years: 18 });
  const firstChild = birthDates(['CHILD']).reduce(earlier);
  return later(ofAge, firstChild.subtract({ months: random.integer(6, 36) }));
}

function toRatings(root: number, family: NationFamily): Insertable<Tables['wellbeingRating']>[] {
  const random = randomFor(root, 'indicators', family.index);
  const answers = WELLBEING_INDICATORS.map(({ domain, code }, position) => {
    const first = WELLBEING_INDICATORS.findIndex((other) => other.domain === domain) === position;
    return { domain, code, holds: random.chance(0.5) || first };
  });
  return family.ratings.map((rating, position) => ({
    id: idFor(root, 'rating', family.index, position),
    familyId: family.id,
    category: rating.category,
    methodology: 'ORDER_267_FIVE_LEVELS',
    calculatedAt: rating.calculatedAt,
    indicators: JSON.stringify(
      Object.fromEntries(answers.map(({ domain, code, holds }) => [code, holds && rating.deprived.includes(domain)])),
    ),
  }));
}

function toDisabilities(root: number, family: NationFamily, today: Temporal.PlainDate): DisabilityRecord[] {
  const random = randomFor(root, 'disability', family.index);
  return family.members.flatMap((person, position) => {
    const ill = family.situation === 'ILLNESS' && position === 0;
    const probability = ill ? 0.4 : person.role === 'PARENT' ? 0.2 : person.minor ? 0.02 : 0.03;
    const bornOn = Temporal.PlainDate.from(person.birthDate);
    const possibleFrom = person.minor ? bornOn : bornOn.add({ years: 18 });
    if (!random.chance(probability) || Temporal.PlainDate.compare(possibleFrom, today) >= 0) return [];
    return {
      personId: person.id,
      disabilityGroup: person.minor
        ? 'CHILD'
        : random.weighted([
            ['FIRST', 1],
            ['SECOND', 4],
            ['THIRD', 5],
          ] as const),
      since: later(possibleFrom, today.subtract({ days: random.integer(120, 2500) })).toString(),
      measureId: null,
    };
  });
}

/** The award that a plan measure names as its evidence, for a year from the day on which the measure was done. */
function toMeasureAwards(root: number, family: NationFamily, today: Temporal.PlainDate): BenefitAwardRow[] {
  return (family.plan?.measures ?? []).flatMap((measure) => {
    if (measure.kind !== 'TARGETED_SOCIAL_ASSISTANCE' || !measure.evidenceId) return [];
    const startsOn = toLocalDate(measure.outcomeAt);
    const endsOn = startsOn.add({ years: 1 }).subtract({ days: 1 });
    const ended = Temporal.PlainDate.compare(endsOn, today) < 0;
    const code: Code = randomFor(root, 'award', measure.id).chance(0.4) ? 'TSA_UNCONDITIONAL' : 'TSA_CONDITIONAL';
    return {
      id: measure.evidenceId,
      personId: measure.beneficiary.id,
      code,
      startsOn: startsOn.toString(),
      endsOn: endsOn.toString(),
      status: ended ? 'ENDED' : 'ACTIVE',
      measureId: measure.id,
      version: ended ? 2 : 1,
    };
  });
}

type Code = (typeof BENEFIT_CODES)[number]['code'];

/** Allowances that follow from who the members are, whatever the plan; assistance of former years has ended. */
function toOtherAwards(
  root: number,
  family: NationFamily,
  disabled: readonly DisabilityRecord[],
  today: Temporal.PlainDate,
): BenefitAwardRow[] {
  const random = randomFor(root, 'awards', family.index);
  const [woman] = family.members;
  if (!woman) return [];
  const rows: BenefitAwardRow[] = [];
  const add = (personId: string, code: Code, startsOn: Temporal.PlainDate, endsOn: Temporal.PlainDate | null) => {
    const ended = endsOn !== null && Temporal.PlainDate.compare(endsOn, today) < 0;
    const suspended = !ended && random.chance(0.05);
    const twice = rows.some((row) => row.personId === personId && row.code === code && row.status === 'ACTIVE');
    // One active award of a code for a person (I-11).
    if (twice && !ended && !suspended) return;
    rows.push({
      id: idFor(root, 'award', family.index, rows.length),
      personId,
      code,
      startsOn: startsOn.toString(),
      endsOn: endsOn?.toString() ?? null,
      status: ended ? 'ENDED' : suspended ? 'SUSPENDED' : 'ACTIVE',
      measureId: null,
      version: ended || suspended ? 2 : 1,
    });
  };
  const births = family.members
    .filter(({ minor }) => minor)
    .map((child) => Temporal.PlainDate.from(child.birthDate))
    .filter((bornOn) => Temporal.PlainDate.compare(bornOn, today) < 0)
    .toSorted((a, b) => Temporal.PlainDate.compare(a, b));
  for (const bornOn of births) {
    const recent = Temporal.PlainDate.compare(bornOn, today.subtract({ years: 4 })) > 0;
    if (recent && random.chance(0.85)) {
      add(woman.id, 'CHILD_CARE_TO_18_MONTHS', bornOn, bornOn.add({ months: 18 }).subtract({ days: 1 }));
    }
  }
  const fourth = births[3];
  if (fourth) add(woman.id, 'LARGE_FAMILY', fourth, null);
  for (const { personId, disabilityGroup, since } of disabled) {
    const from = Temporal.PlainDate.from(since);
    if (disabilityGroup === 'CHILD') add(woman.id, 'CHILD_WITH_DISABILITY_CARE', from, null);
    else add(personId, 'DISABILITY', from, null);
  }
  if (family.situation === 'POVERTY' && random.chance(0.4)) {
    const startsOn = toLocalDate(family.appeal.registeredAt).subtract({ days: random.integer(150, 500) });
    add(woman.id, 'TSA_UNCONDITIONAL', startsOn, startsOn.add({ months: 3 }).subtract({ days: 1 }));
  }
  return rows;
}

/** Whose plan speaks of work has a case that has come as far as the measure; some other adults have one too. */
function toEmploymentCases(root: number, family: NationFamily, today: Temporal.PlainDate): EmploymentCaseRow[] {
  const careerCentre = getOrganisation(family.district, 'EMPLOYMENT').titleRu;
  const random = randomFor(root, 'employment', family.index);
  const rows: EmploymentCaseRow[] = [];
  for (const [position, person] of family.members.entries()) {
    if (person.minor || person.role === 'PARENT') continue;
    const measure = family.plan?.measures.find(
      ({ kind, beneficiary }) => kind === 'EMPLOYMENT' && beneficiary === person,
    );
    if (!measure && !random.chance(0.12)) continue;
    const status = measure
      ? STATUS_BY_OUTCOME[measure.outcome]
      : random.weighted([
          ['REGISTERED_UNEMPLOYED', 5],
          ['IN_TRAINING', 2],
          ['EMPLOYED', 3],
        ] as const);
    const foundOn = measure ? toLocalDate(measure.outcomeAt) : today.subtract({ days: random.integer(20, 300) });
    rows.push({
      id: idFor(root, 'employment', family.index, position),
      personId: person.id,
      status,
      careerCentre: status === 'NOT_REGISTERED' ? null : careerCentre,
      jobFoundOn: status === 'EMPLOYED' ? foundOn.toString() : null,
      measureId: measure?.id ?? null,
    });
  }
  return rows;
}

const STATUS_BY_OUTCOME: Record<MeasureOutcome, EmploymentCaseRow['status']> = {
  SENT: 'NOT_REGISTERED',
  ACCEPTED: 'REGISTERED_UNEMPLOYED',
  IN_PROGRESS: 'IN_TRAINING',
  DONE: 'EMPLOYED',
  NOT_DONE: 'REGISTERED_UNEMPLOYED',
  DECLINED: 'NOT_REGISTERED',
  CANCELLED: 'NOT_REGISTERED',
};

function toCrisisCentre({ seed: root, asOf }: Nation, centre: NationCrisisCentre): CrisisCentreRow {
  const random = randomFor(root, 'licence', centre.id);
  return {
    ...centre,
    targetGroups: random.pick<CrisisCentreRow['targetGroups']>(TARGET_GROUPS),
    licensedUntil: toLocalDate(asOf)
      .add({ days: random.integer(200, 1000) })
      .toString(),
    closedOn: null,
  };
}

const TARGET_GROUPS: [CrisisCentreRow['targetGroups'], ...CrisisCentreRow['targetGroups'][]] = [
  ['DOMESTIC_VIOLENCE'],
  ['DOMESTIC_VIOLENCE', 'HUMAN_TRAFFICKING'],
  ['DOMESTIC_VIOLENCE', 'OTHER'],
];

/** A mother with her minor children who is there now, or, of some other victims, a stay that is over. */
function toPlacements(nation: Nation, family: NationFamily, today: Temporal.PlainDate): CrisisCentrePlacementRow[] {
  const { incident, refuge } = family;
  const random = randomFor(nation.seed, 'placement', family.index);
  const formerStay = refuge === null && family.stage === 'ACTIVE' && random.chance(0.06);
  if (!incident || (refuge !== 'CRISIS_CENTRE' && !formerStay)) return [];
  const startsOn = toLocalDate(family.appeal.registeredAt).add({ days: random.integer(0, 2) });
  const endsOn = formerStay ? earlier(startsOn.add({ days: random.integer(7, 60) }), today) : null;
  const centre = chooseCrisisCentre(nation, family, random);
  return listSheltered(family).map((person, position) => ({
    id: idFor(nation.seed, 'placement', family.index, position),
    personId: person.id,
    crisisCentreId: centre.id,
    startsOn: startsOn.toString(),
    endsOn: endsOn?.toString() ?? null,
    outcome: endsOn && 'Курс социальных услуг завершён, сопровождение продолжает центр поддержки семьи.',
    measureId: null,
    version: endsOn ? 2 : 1,
  }));
}

/** In the family's own region where there is one. */
function chooseCrisisCentre({ crisisCentres }: Nation, { district }: NationFamily, random: Random): NationCrisisCentre {
  const near = crisisCentres.filter(({ regionKato }) => regionKato === district.regionKato);
  return random.pick((near.length > 0 ? near : crisisCentres) as [NationCrisisCentre, ...NationCrisisCentre[]]);
}

function listSheltered({ incident, members }: NationFamily): NationPerson[] {
  return incident ? [incident.victim, ...members.filter(({ minor }) => minor)] : [];
}

/** Everybody who is in a centre's residence or in a crisis centre now has the one place in the country (I-12, decision B4). */
function toReservations(
  { seed: root }: Nation,
  family: NationFamily,
  placements: readonly CrisisCentrePlacementRow[],
): Insertable<Tables['placeReservation']>[] {
  if (family.refuge === null) return [];
  const placeId = placements[0]?.crisisCentreId ?? family.district.centre.id;
  return listSheltered(family).map((person, position) => ({
    id: idFor(root, 'reservation', family.index, position),
    personId: person.id,
    placeId,
    status: 'CONFIRMED',
    reservedAt: family.appeal.registeredAt,
    expiresAt: null,
  }));
}

function earlier(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) <= 0 ? a : b;
}

function later(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) >= 0 ? a : b;
}
