import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AccessPolicy,
  type Caller,
  type FieldGroup,
  FIELD_GROUPS,
  PERMISSIVE_POLICY,
  type ReadRight,
  type Role,
} from '../../schema/access.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { deriveWordKey, signWord, type Word } from '../../schema/word.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { createWorld, type Answer, type Asking, type World } from '../support/world.ts';

const GROUPS = Object.keys(FIELD_GROUPS) as FieldGroup[];
const every = (right: ReadRight) =>
  Object.fromEntries(GROUPS.map((group) => [group, right])) as Record<FieldGroup, ReadRight>;

/** The permissive policy with other rights for some roles. Who is not named reads everything. */
function restrict(rights: Partial<Record<Role, Partial<Record<FieldGroup, ReadRight>>>>): AccessPolicy {
  return Object.fromEntries(
    Object.entries(PERMISSIVE_POLICY).map(([role, groups]) => [
      role,
      Object.fromEntries(
        Object.entries(groups).map(([group, right]) => [
          group,
          { ...right, read: rights[role as Role]?.[group as FieldGroup] ?? right.read },
        ]),
      ),
    ]),
  ) as AccessPolicy;
}

const OPEN = { REFERENCE: 'ALL', IDENTITY: 'ALL' } as const;
const POLICY = restrict({
  /** Nothing but who belongs to the family. */
  DOCTOR: { ...every('NONE'), ...OPEN },
  /** Flags. */
  SOCIAL_PEDAGOGUE: { ...every('STATUS'), ...OPEN, FULL_IIN: 'MASKED' },
  /** Those to whom the organisation is assigned. */
  PSYCHOLOGIST: { ...every('ASSIGNED'), ...OPEN },
  OMBUDSMAN: { SAFE_LOCATION: 'GRANT' },
});

let world: World;
let families: NationFamily[];
beforeAll(async () => {
  world = await createWorld({ policy: POLICY });
  families = [...world.nation.all()];
});
afterAll(() => world.stop());

const find = (what: string, is: (family: NationFamily) => boolean): NationFamily => {
  const found = families.find(is);
  if (!found) throw new Error(`The test nation must have ${what}.`);
  return found;
};
const withOrder = () =>
  find('a family under protection with a plan', ({ incident, stage }) => incident?.order != null && stage === 'ACTIVE');
const victimOf = ({ incident }: NationFamily) => {
  if (!incident) throw new Error('The family must have an incident.');
  return incident.victim;
};
const aggressorOf = ({ incident }: NationFamily) => {
  if (!incident) throw new Error('The family must have an incident.');
  return incident.aggressor;
};
const groupsOf = ({ extensions }: Answer) => (extensions.masked ?? []).map(({ group }) => group);
const profile = (id: string, asking: Asking) =>
  world.operation('13-family-profile.graphql', 'FamilyProfile', { variables: { id }, ...asking });

describe('a lawful mask is null and one entry (decision A5)', () => {
  test('for each group, over all agencies, however many fields and people it hides', async () => {
    const family = withOrder();
    const answer = await profile(family.id, { role: 'DOCTOR' });
    expect(answer.errors).toEqual([]);
    expect(answer.extensions.masked?.toSorted((left, right) => (left.group < right.group ? -1 : 1))).toEqual(
      [
        'CASE_HEADER',
        'CONSENT_AND_SAFETY',
        'FULL_IIN',
        'MEDICAL_DETAILS',
        'MEDICAL_NEED',
        'OFFENDER_RECORDS',
        'SCHOOL',
        'SOCIAL_SUPPORT',
        'WELLBEING_CATEGORY',
      ].map((group) => ({ group, reason: 'ROLE' })),
    );
    const { members, ...rest } = answer.data.family;
    expect(rest).toEqual({
      id: family.id,
      kato: family.district.kato,
      wellbeing: null,
      leadCentre: null,
      leadCaseManager: null,
      appeals: null,
      activePlan: null,
    });
    const asOf = '2025-10-01T09:00:00+05:00';
    expect(members.map(({ person }: { person: object }) => person)).toEqual(
      members.map(() => ({
        id: expect.any(String) as string,
        fullName: expect.any(String) as string,
        isMinor: expect.any(Boolean) as boolean,
        registeredKato: family.district.kato,
        iinMasked: null,
        social: { asOf, benefits: null, disabilityGroup: null },
        interior: { asOf, protectionOrdersFor: null, probation: null },
        health: { asOf, needsMedicalHelp: null, details: null },
        education: { asOf, organisation: null, attendance: null, needsAttention: null },
        support: { asOf, safetyFlags: null, temporaryResidences: [] },
      })),
    );
  });

  test('hides a whole object of the group too, also from who may see flags: not even its id is left', async () => {
    const { incident } = withOrder();
    for (const role of ['DOCTOR', 'SOCIAL_PEDAGOGUE'] as const) {
      const answer = await world.ask('query ($id: ID!) { policeIncident(id: $id) { id } }', {
        role,
        variables: { id: incident?.id },
      });
      expect(answer).toMatchObject({
        errors: [],
        data: { policeIncident: null },
        extensions: { masked: [{ group: 'INCIDENT_AS_VICTIM', reason: 'ROLE' }] },
      });
    }
  });

  test('also when an agency was asked more than once', async () => {
    const { incident } = withOrder();
    world.fetches.length = 0;
    const answer = await world.ask(
      'query ($order: ID!, $person: ID!) { protectionOrder(id: $order) { number } person(id: $person) { fullName interior { probation { onRegister } } } }',
      { role: 'DOCTOR', variables: { order: incident?.order?.id, person: incident?.victim.id } },
    );
    expect(world.fetches.filter(({ agency }) => agency === 'interior')).toHaveLength(2);
    expect(answer).toMatchObject({
      errors: [],
      data: { protectionOrder: null, person: { fullName: incident?.victim.fullName, interior: { probation: null } } },
      extensions: { masked: [{ group: 'OFFENDER_RECORDS', reason: 'ROLE' }] },
    });
  });

  test('and nothing is said to who may read everything', async () => {
    const answer = await profile(withOrder().id, { role: 'CASE_MANAGER' });
    expect(JSON.parse(answer.body)).not.toHaveProperty('extensions');
  });

  test('what was not asked for is not said to be masked', async () => {
    const { id } = withOrder();
    const answer = await world.ask('query ($id: ID!) { family(id: $id) { kato members { person { fullName } } } }', {
      role: 'DOCTOR',
      variables: { id },
    });
    expect(JSON.parse(answer.body)).not.toHaveProperty('extensions');
  });
});

describe('the right STATUS shows flags and states only', () => {
  /** Group, what is shown, and what of the same objects is not. */
  const OF_PERSON: [FieldGroup, section: string, shown: string, hidden: string][] = [
    ['INCIDENT_AS_VICTIM', 'interior', 'hasIncidentsAsVictim', 'incidentsAsVictim { id }'],
    [
      'OFFENDER_RECORDS',
      'interior',
      'hasActiveProtectionOrder',
      'protectionOrdersFor { id } preventiveRegister { ground }',
    ],
    ['MEDICAL_NEED', 'health', 'needsMedicalHelp', 'attachedOrganisation underPatronage'],
    ['SCHOOL', 'education', 'enrolled needsAttention', 'organisation grade attendance schoolRegister'],
    ['SCHOOL_NOTES', 'education', 'hasNotes', 'notes { text }'],
    ['CHILD_HELP_CASE', 'education', 'hasOpenChildHelpCase', ''],
    ['SOCIAL_SUPPORT', 'social', 'receivesSupport', 'benefits { code } employment { status } disabilityGroup'],
    ['PSYCHOLOGIST_NOTES', 'support', 'hasPsychologistNotes', 'psychologistNotes { text }'],
    ['LEGAL_NOTES', 'support', 'hasLegalNotes', 'legalNotes { text }'],
  ];

  test.each(OF_PERSON)('of %s: %s { %s } and not { %s }', async (group, section, shown, hidden) => {
    const answer = await world.ask(`query ($id: ID!) { person(id: $id) { ${section} { ${shown} ${hidden} } } }`, {
      role: 'SOCIAL_PEDAGOGUE',
      variables: { id: victimOf(withOrder()).id },
    });
    expect(answer.errors).toEqual([]);
    const names = (selection: string) =>
      selection
        .replaceAll(/\{[^}]*\}/g, '')
        .split(/\s+/)
        .filter(Boolean);
    expect(answer.data.person[section]).toEqual(
      Object.fromEntries([
        ...names(shown).map((name) => [name, expect.any(Boolean)]),
        ...names(hidden).map((name) => [name, null]),
      ]),
    );
    expect(groupsOf(answer)).toEqual(hidden ? [group] : []);
  });

  test('of the number of a person its masked form, of a family whether it is in crisis', async () => {
    const family = withOrder();
    const answer = await world.ask(
      'query ($id: ID!) { family(id: $id) { inCrisisCategory wellbeing { category } members { person { iin iinMasked phone } } } }',
      { role: 'SOCIAL_PEDAGOGUE', variables: { id: family.id } },
    );
    expect(answer.data.family.inCrisisCategory).toEqual(expect.any(Boolean));
    expect(answer.data.family.wellbeing).toBeNull();
    const shown = answer.data.family.members.map(({ person }: { person: object }) => person);
    expect(shown).toHaveLength(family.members.length);
    expect(shown).toEqual(
      expect.arrayContaining(family.members.map(({ iinMasked }) => ({ iin: null, iinMasked, phone: null }))),
    );
    expect(groupsOf(answer).toSorted()).toEqual(['CONTACTS', 'FULL_IIN', 'WELLBEING_CATEGORY']);
  });

  test('of a plan its state and of its measures how far they are, of an assessment that it was made', async () => {
    const family = withOrder();
    const answer = await world.ask(
      `query ($plan: ID!) { plan(id: $plan) { number status endDate approvedAt measures { status kind title beneficiary { id } due { overdue } }
        assessment { status recognised grounds needs { items { description } } } } }`,
      { role: 'SOCIAL_PEDAGOGUE', variables: { plan: family.plan?.id } },
    );
    expect(answer.errors).toEqual([]);
    expect(answer.data.plan).toMatchObject({
      number: family.plan?.number,
      status: 'ACTIVE',
      endDate: null,
      approvedAt: null,
      assessment: { status: 'COMPLETED', recognised: null, grounds: null, needs: null },
    });
    expect(answer.data.plan.measures).toEqual(
      family.plan?.measures.map(() => ({
        status: expect.any(String) as string,
        kind: null,
        title: null,
        beneficiary: null,
        due: { overdue: expect.any(Boolean) as boolean },
      })),
    );
    expect(groupsOf(answer).toSorted()).toEqual(['ASSESSMENT', 'CASE_HEADER', 'OTHER_MEASURE']);
  });
});

/** Everything that could tell of a refuge, without its own id. */
const EVERYTHING = `query ($id: ID!) {
  family(id: $id) {
    members { person { id fullName
      social { asOf receivesSupport crisisCentrePlacements { id centre { titleRu } } }
      support { asOf safetyFlags { kind } temporaryResidences { id mustLeaveBy notices { id } withMinors { id } } }
    } }
    appeals(first: 5) { nodes { number status referrals { kind toCrisisCentre { titleRu } } } }
    activePlan { number version status progress { total done overdue } measures { title status version due { dueAt } } }
  }
  crisisCentres { titleRu freePlaces }
  centres { titleRu }
}`;

describe('group 4 leaves no trace (decision A6)', () => {
  const ofAggressor = (family: NationFamily): Asking => ({
    role: 'FAMILY_MEMBER',
    as: { person: aggressorOf(family).id },
  });
  const READERS: [string, (family: NationFamily) => Asking][] = [
    ['who has no right to it', () => ({ role: 'DOCTOR' })],
    ['who may see flags', () => ({ role: 'SOCIAL_PEDAGOGUE' })],
    [
      'who is not assigned',
      () => ({ role: 'PSYCHOLOGIST', as: { organisation: '00000000-0000-4000-8000-000000000000' } }),
    ],
    ['who needs a grant and has none', () => ({ role: 'OMBUDSMAN' })],
    ['the aggressor as a family member', ofAggressor],
    ['the aggressor as a police officer', (family) => ({ ...ofAggressor(family), role: 'POLICE' })],
  ];
  /** A refuge is taken out of the records; the place that was taken with it is free again. */
  const remove = {
    TEMPORARY_RESIDENCE: async (family: NationFamily) => {
      const db = world.sql('centres');
      const residence = await db
        .selectFrom('temporaryResidence')
        .select('id')
        .where('personId', '=', victimOf(family).id)
        .executeTakeFirstOrThrow();
      const notices = db.selectFrom('residenceNotice').select('id').where('residenceId', '=', residence.id);
      await db.deleteFrom('deadline').where('entityId', 'in', notices).execute();
      await db.deleteFrom('deadline').where('entityId', '=', residence.id).execute();
      await db.deleteFrom('residenceNotice').where('residenceId', '=', residence.id).execute();
      await db.deleteFrom('residenceMinor').where('residenceId', '=', residence.id).execute();
      await db.deleteFrom('temporaryResidence').where('id', '=', residence.id).execute();
    },
    CRISIS_CENTRE: (family: NationFamily) =>
      world
        .sql('social')
        .deleteFrom('crisisCentrePlacement')
        .where(
          'personId',
          'in',
          family.members.map(({ id }) => id),
        )
        .execute(),
  };

  test.each(['TEMPORARY_RESIDENCE', 'CRISIS_CENTRE'] as const)(
    'of a refuge of kind %s: the answer is the same to the byte as when there is none',
    async (refuge) => {
      const family = find(`a family with a ${refuge}`, (candidate) => candidate.refuge === refuge);
      const answers = async () => {
        const bodies: string[] = [];
        for (const [, asking] of READERS) {
          const own = await world.ask(EVERYTHING, { ...asking(family), variables: { id: family.id } });
          const promised = await profile(family.id, asking(family));
          expect([...own.errors, ...promised.errors]).toEqual([]);
          expect([...groupsOf(own), ...groupsOf(promised)]).not.toContain('SAFE_LOCATION');
          bodies.push(own.body, promised.body);
        }
        return bodies;
      };
      const manager = async () =>
        (await world.ask(EVERYTHING, { role: 'CASE_MANAGER', variables: { id: family.id } })).body;

      const [sheltered, known] = [await answers(), await manager()];
      await remove[refuge](family);
      expect(await answers()).toEqual(sheltered);
      expect(await manager()).not.toBe(known);
    },
  );

  test('of a residence, a notice and a placement that are asked for by id: as if they had never been', async () => {
    const isSheltered = ({ refuge, members }: NationFamily) =>
      refuge === 'TEMPORARY_RESIDENCE' && members.some(({ minor }) => minor);
    const family = families.filter(isSheltered).at(-1);
    const placed = families.filter(({ refuge }) => refuge === 'CRISIS_CENTRE').at(-1);
    if (!family || !placed) throw new Error('The test nation must have more families in either refuge.');
    const residence = await world
      .sql('centres')
      .selectFrom('temporaryResidence')
      .innerJoin('residenceNotice', 'residenceNotice.residenceId', 'temporaryResidence.id')
      .select(['temporaryResidence.id as residence', 'residenceNotice.id as notice'])
      .where('temporaryResidence.personId', '=', victimOf(family).id)
      .executeTakeFirstOrThrow();
    const placement = await world
      .sql('social')
      .selectFrom('crisisCentrePlacement')
      .select('id')
      .where('personId', '=', victimOf(placed).id)
      .executeTakeFirstOrThrow();
    const looks: [Agency, string, string, NationFamily][] = [
      ['centres', 'TemporaryResidence', residence.residence, family],
      ['centres', 'ResidenceNotice', residence.notice, family],
      ['social', 'CrisisCentrePlacement', placement.id, placed],
    ];
    for (const [agency, type, id, of] of looks) {
      const look = (key: string, asking: Caller) =>
        entities(agency, asking, [{ __typename: type, id: key }], type, 'id');
      expect((await look(id, caller('CASE_MANAGER'))).data, type).toEqual({ _entities: [{ id }] });
      for (const asking of [
        caller('DOCTOR'),
        caller('PSYCHOLOGIST'),
        caller('OMBUDSMAN'),
        caller('FAMILY_MEMBER', { personId: aggressorOf(of).id }),
      ]) {
        const hidden = await look(id, asking);
        expect(hidden.data, `${type} to ${asking.kind}`).toEqual({ _entities: [null] });
        expect(hidden.body).toBe((await look('00000000-0000-4000-8000-000000000000', asking)).body);
      }
    }
  });

  test('until the head of the centre grants it: then exactly what was granted is seen', async () => {
    const family = families.filter(({ refuge }) => refuge === 'TEMPORARY_RESIDENCE').at(-1);
    if (!family) throw new Error('The test nation must have more families in temporary residence.');
    const seen = async () => {
      const { data } = await profile(family.id, { role: 'OMBUDSMAN', as: { sub: 'ombudsman-1' } });
      return data.family.members.flatMap(
        ({ person }: { person: { support: { temporaryResidences: unknown[] } } }) => person.support.temporaryResidences,
      );
    };
    const grant = (subject: string) =>
      world
        .sql('centres')
        .insertInto('accessFact')
        .values({
          id: crypto.randomUUID(),
          subjectId: subject,
          kind: 'GRANT',
          userId: 'ombudsman-1',
          scope: 'SAFE_LOCATION',
          validUntil: world.clock.now().add({ hours: 24 }),
        })
        .execute();
    await grant(aggressorOf(family).id);
    expect(await seen()).toEqual([]);
    await grant(victimOf(family).id);
    expect(await seen()).toEqual([{ id: expect.any(String) as string, mustLeaveBy: expect.any(String) as string }]);
  });
});

describe('the aggressor’s side (domain.md 8.3)', () => {
  const VIOLENCE = `query ($id: ID!) {
    family(id: $id) {
      members { person { id fullName
        interior { hasIncidentsAsVictim incidentsAsVictim { registryNumber } incidentsAsAggressor { registryNumber } }
        support { temporaryResidences { id } }
      } }
      appeals(first: 5) { nodes { number text closingNote assessment { status grounds } signals { source summary reporter } contactAttempts { note } } }
      activePlan { number assessment { status } }
    }
  }`;
  const NOTE = 'Потерпевшая живёт у сестры.';
  const ask = (family: NationFamily, person: string, role: Role = 'FAMILY_MEMBER') =>
    world.ask(VIOLENCE, { role, as: { person }, variables: { id: family.id } });
  const getFamily = () =>
    families.filter(({ incident, stage }) => incident && incident.children.length > 0 && stage === 'ACTIVE').at(-1)!;
  beforeAll(async () => {
    const { appeal } = getFamily();
    const db = world.sql('centres');
    await db
      .insertInto('contactAttempt')
      .values({
        id: crypto.randomUUID(),
        appealId: appeal.id,
        at: world.clock.now(),
        employeeId: appeal.caseManager.id,
        note: NOTE,
      })
      .execute();
    await db.updateTable('appeal').set({ closingNote: NOTE }).where('id', '=', appeal.id).execute();
  });

  test.each<Role>(['FAMILY_MEMBER', 'POLICE', 'CENTRE_HEAD'])(
    'does not see incidents, assessment, residence or what was said, whatever the office: %s',
    async (role) => {
      const family = getFamily();
      const { data, errors, extensions } = await ask(family, aggressorOf(family).id, role);
      expect({ errors, extensions }).toEqual({ errors: [], extensions: {} });
      expect(data.family.members.map(({ person }: { person: object }) => person)).toEqual(
        data.family.members.map(() => ({
          id: expect.any(String) as string,
          fullName: expect.any(String) as string,
          interior: { hasIncidentsAsVictim: false, incidentsAsVictim: [], incidentsAsAggressor: [] },
          support: { temporaryResidences: [] },
        })),
      );
      expect(data.family.appeals.nodes).toEqual([
        {
          number: family.appeal.number,
          text: null,
          closingNote: null,
          assessment: null,
          signals: family.appeal.signals.map(({ source }) => ({ source, summary: null, reporter: null })),
          contactAttempts: [{ note: null }],
        },
      ]);
      expect(data.family.activePlan).toEqual({ number: family.plan?.number, assessment: null });
    },
  );

  test('the victim and the case manager see all of it', async () => {
    const family = getFamily();
    for (const { data } of [
      await ask(family, victimOf(family).id),
      await world.ask(VIOLENCE, { variables: { id: family.id } }),
    ]) {
      const victim = data.family.members.find(
        ({ person }: { person: { id: string } }) => person.id === victimOf(family).id,
      );
      expect(victim.person.interior).toMatchObject({
        hasIncidentsAsVictim: true,
        incidentsAsVictim: [{ registryNumber: family.incident?.registryNumber }],
      });
      expect(data.family.appeals.nodes).toMatchObject([
        {
          text: family.appeal.textRu,
          closingNote: NOTE,
          contactAttempts: [{ note: NOTE }],
          assessment: { status: 'COMPLETED' },
          signals: family.appeal.signals.map(() => ({ summary: family.appeal.textRu })),
        },
      ]);
      expect(data.family.activePlan.assessment).toEqual({ status: 'COMPLETED' });
    }
  });

  test('finds no incident, assessment or signal of it by id either', async () => {
    const family = getFamily();
    const asking = caller('FAMILY_MEMBER', { personId: aggressorOf(family).id });
    for (const [agency, type, id] of [
      ['interior', 'PoliceIncident', family.incident?.id ?? ''],
      ['centres', 'PrimaryAssessment', family.appeal.assessmentId ?? ''],
    ] as const) {
      const look = (key: string, by: Caller) => entities(agency, by, [{ __typename: type, id: key }], type, 'id');
      expect((await look(id, caller('CASE_MANAGER'))).data).toEqual({ _entities: [{ id }] });
      expect((await look(id, asking)).body).toBe((await look('00000000-0000-4000-8000-000000000000', asking)).body);
    }
    const incident = await world.ask('query ($id: ID!) { policeIncident(id: $id) { registryNumber } }', {
      role: 'FAMILY_MEMBER',
      as: { person: aggressorOf(family).id },
      variables: { id: family.incident?.id },
    });
    expect(JSON.parse(incident.body)).toEqual({ data: { policeIncident: null } });
  });

  test('sees another family like anybody else', async () => {
    const [family, other] = [getFamily(), withOrder()];
    expect(family.id).not.toBe(other.id);
    const answer = await ask(other, aggressorOf(family).id);
    expect(answer.body).toBe((await ask(other, '00000000-0000-4000-8000-000000000000')).body);
  });

  test('does not learn that somebody was referred to a crisis centre', async () => {
    const family = getFamily();
    const crisisCentre = await world
      .sql('social')
      .selectFrom('crisisCentre')
      .select(['id', 'titleRu'])
      .executeTakeFirst();
    await world
      .sql('centres')
      .insertInto('referral')
      .values({
        id: crypto.randomUUID(),
        appealId: family.appeal.id,
        personId: victimOf(family).id,
        kind: 'VICTIM_IDENTIFICATION',
        crisisCentreId: crisisCentre?.id,
        status: 'PERSON_REFUSED',
        refusalReason: 'TOO_FAR',
        sentAt: world.clock.now(),
        version: 1,
      })
      .execute();
    const referrals = async (asking: Asking) => {
      const { data } = await world.ask(
        'query ($id: ID!) { appeal(id: $id) { referrals { refusalReason toCrisisCentre { titleRu } } } }',
        { variables: { id: family.appeal.id }, ...asking },
      );
      return data.appeal.referrals;
    };
    expect(await referrals({})).toEqual([
      { refusalReason: 'TOO_FAR', toCrisisCentre: { titleRu: crisisCentre?.titleRu } },
    ]);
    // A referral without a receiving organisation would tell that it leads to a refuge: it is not there at all (decision A6).
    expect(await referrals({ role: 'FAMILY_MEMBER', as: { person: aggressorOf(family).id } })).toEqual([]);
  });
});

describe('an agency decides by itself (_entities)', () => {
  test('a forged representation changes nothing: the same masks, the agency’s own values', async () => {
    const family = withOrder();
    const victim = victimOf(family);
    const forged = {
      __typename: 'Person',
      id: victim.id,
      iin: '908514400010',
      fullName: 'Подделка',
      social: { benefits: [] },
      interior: { incidentsAsVictim: [{ id: family.incident?.id }] },
    };
    expect(
      await entities('social', caller('DOCTOR'), [forged], 'Person', 'fullName iin phone social { benefits { code } }'),
    ).toMatchObject({
      data: { _entities: [{ fullName: victim.fullName, iin: null, phone: null, social: { benefits: null } }] },
      masked: ['FULL_IIN', 'CONTACTS', 'SOCIAL_SUPPORT'],
    });
    expect(
      await entities('interior', caller('DOCTOR'), [forged], 'Person', 'interior { incidentsAsVictim { id } }'),
    ).toMatchObject({
      data: { _entities: [{ interior: { incidentsAsVictim: null } }] },
      masked: ['INCIDENT_AS_VICTIM'],
    });
    expect(
      await entities(
        'health',
        caller('DOCTOR'),
        [forged],
        'Person',
        'health { needsMedicalHelp details { episodes { kind } } }',
      ),
    ).toMatchObject({
      data: { _entities: [{ health: { needsMedicalHelp: null, details: null } }] },
      masked: ['MEDICAL_NEED', 'MEDICAL_DETAILS'],
    });
  });

  test('objects of a group that the role may not read are null, with one entry', async () => {
    const family = withOrder();
    const order = { __typename: 'ProtectionOrder', id: family.incident?.order?.id };
    expect(await entities('interior', caller('DOCTOR'), [order, order], 'ProtectionOrder', 'number')).toMatchObject({
      data: { _entities: [null, null] },
      masked: ['OFFENDER_RECORDS'],
    });
  });

  test.each<[Agency, string]>([
    ['social', 'fullName'],
    ['interior', 'interior { hasIncidentsAsVictim }'],
    ['health', 'health { needsMedicalHelp }'],
    ['education', 'education { enrolled }'],
    ['centres', 'support { safetyFlags { kind } }'],
  ])('a key that is none finds nothing at %s', async (agency, selection) => {
    for (const id of ['', '1', "' or true --", null, 7, { id: 'x' }, undefined]) {
      const { data, errors } = await entities(
        agency,
        caller('CASE_MANAGER'),
        [{ __typename: 'Person', id }],
        'Person',
        selection,
      );
      expect({ data, errors }).toEqual({ data: { _entities: [null] }, errors: [] });
    }
  });

  test('health answers null for an entity that is hidden, as for one that is not there', async () => {
    const episode = await world.sql('health').selectFrom('medicalEpisode').selectAll().executeTakeFirstOrThrow();
    const clinic = getOrganisation(families[0]!.district, 'HEALTH').id;
    const ask = (id: string, organisation: string) =>
      world.ask('query ($id: ID!) { medicalEpisode(id: $id) { kind } }', {
        role: 'PSYCHOLOGIST',
        as: { organisation },
        variables: { id },
      });
    const [hidden, absent] = [
      await ask(episode.id, '00000000-0000-4000-8000-000000000000'),
      await ask('00000000-0000-4000-8000-000000000000', '00000000-0000-4000-8000-000000000000'),
    ];
    expect(JSON.parse(hidden.body)).toEqual({ data: { medicalEpisode: null } });
    expect(hidden.body).toBe(absent.body);
    await world
      .sql('health')
      .insertInto('accessFact')
      .values({ id: crypto.randomUUID(), subjectId: episode.personId, kind: 'ASSIGNED', organisationId: clinic })
      .execute();
    expect((await ask(episode.id, clinic)).data.medicalEpisode).toEqual({ kind: episode.kind });
  });
});

describe('an agency lets nobody in without a word for it and for this request (decision A3)', () => {
  const key = (agency: Agency) => world.agencies.addresses[agency].key;
  const word = (change: Partial<Word> = {}): Word => ({
    issuer: 'gateway',
    audience: 'health',
    requestId: 'request-1',
    purpose: 'CASE_WORK',
    caller: caller('CASE_MANAGER'),
    ...change,
  });
  const now = () => Date.now();

  test.each<[string, () => string | undefined]>([
    ['no word', () => undefined],
    ['an empty word', () => 'Bearer '],
    ['another scheme', () => `Basic ${signWord(word(), key('health'), now())}`],
    ['something that is no word', () => 'Bearer x.y'],
    ['a word of another agency', () => `Bearer ${signWord(word({ audience: 'social' }), key('social'), now())}`],
    [
      'a word for another agency, signed for this one',
      () => `Bearer ${signWord(word({ audience: 'social' }), key('health'), now())}`,
    ],
    ['a word of another request', () => `Bearer ${signWord(word({ requestId: 'request-2' }), key('health'), now())}`],
    ['an expired word', () => `Bearer ${signWord(word(), key('health'), now() - 31_000)}`],
    ['a word from the future', () => `Bearer ${signWord(word(), key('health'), now() + 60_000)}`],
    ['a word signed with another secret', () => `Bearer ${signWord(word(), deriveWordKey('guess', 'gateway'), now())}`],
    [
      'an agency that speaks as the gateway with its own key',
      () => `Bearer ${signWord(word({ issuer: 'social' }), key('health'), now())}`,
    ],
    [
      'the gateway that speaks as an agency with its own key',
      () => {
        const asAgency = word({ issuer: 'social', caller: { kind: 'SERVICE', agency: 'social' } });
        return `Bearer ${signWord(asAgency, key('health'), now())}`;
      },
    ],
    [
      'a word whose caller was changed after it was signed',
      () => {
        const [, mac] = signWord(word(), key('health'), now()).split('.');
        const [payload] = signWord(
          word({ caller: { kind: 'SERVICE', agency: 'gateway' } }),
          key('health'),
          now(),
        ).split('.');
        return `Bearer ${payload}.${mac}`;
      },
    ],
  ])('%s: 401', async (_, authorization) => {
    for (const path of ['/graphql', '/events']) {
      const response = await send('health', path, { authorization: authorization(), query: '{ __typename }' });
      expect(response).toEqual({
        status: 401,
        body: '{"errors":[{"message":"A valid word of the gateway for this request must be given.","extensions":{"code":"UNAUTHENTICATED"}}]}',
      });
    }
  });

  test('the right word is let in, for every fetch of its request', async () => {
    const authorization = `Bearer ${signWord(word(), key('health'), now())}`;
    for (let fetch = 0; fetch < 2; fetch += 1) {
      expect(await send('health', '/graphql', { authorization, query: '{ __typename }' })).toEqual({
        status: 200,
        body: '{"data":{"__typename":"Query"}}',
      });
    }
  });

  test.each([
    ['a user', {}],
    ['the gateway itself', { caller: { kind: 'SERVICE', agency: 'gateway' } as const }],
  ])('%s may not deliver events', async (_, change) => {
    const authorization = `Bearer ${signWord(word(change), key('health'), now())}`;
    const response = await send('health', '/events', { authorization, events: [] });
    expect(response.status).toBe(403);
  });

  test('the gateway may not speak in the name of an agency', async () => {
    const inTheNameOf = word({ caller: { kind: 'SERVICE', agency: 'centres' } });
    for (const path of ['/graphql', '/events']) {
      const authorization = `Bearer ${signWord(inTheNameOf, key('health'), now())}`;
      expect((await send('health', path, { authorization, query: '{ __typename }', events: [] })).status).toBe(401);
    }
  });

  test('personal data need a purpose here too (decision A2)', async () => {
    const authorization = `Bearer ${signWord(word({ purpose: null }), key('health'), now())}`;
    const query = `{ medicalEpisode(id: "00000000-0000-4000-8000-000000000000") { kind } }`;
    const { body } = await send('health', '/graphql', { authorization, query });
    expect(JSON.parse(body)).toMatchObject({ data: null, errors: [{ extensions: { code: 'PURPOSE_REQUIRED' } }] });
  });
});

function caller(role: Role, change: Partial<Extract<Caller, { kind: 'USER' }>> = {}): Caller {
  return {
    kind: 'USER',
    userId: 'u',
    role,
    organisationId: null,
    districtKato: null,
    personId: null,
    system: null,
    ...change,
  };
}

/** Speaks to an agency as it stands, past the gateway. */
async function send(
  agency: Agency,
  path: string,
  { authorization, ...body }: { authorization: string | undefined } & Record<string, unknown>,
) {
  return world.agencies.addresses[agency].transport({
    path,
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'request-1',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
}

/** An `_entities` call with a valid word. */
async function entities(
  agency: Agency,
  by: Caller,
  representations: readonly object[],
  type: string,
  selection: string,
) {
  const word = signWord(
    { issuer: 'gateway', audience: agency, requestId: 'request-1', purpose: 'CASE_WORK', caller: by },
    world.agencies.addresses[agency].key,
    Date.now(),
  );
  const { body } = await send(agency, '/graphql', {
    authorization: `Bearer ${word}`,
    query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${selection} } } }`,
    variables: { r: representations },
  });
  const answer = JSON.parse(body) as {
    data: unknown;
    errors?: unknown[];
    extensions?: { masked: { group: string }[] };
  };
  return {
    body,
    data: answer.data,
    errors: answer.errors ?? [],
    masked: (answer.extensions?.masked ?? []).map(({ group }) => group),
  };
}
