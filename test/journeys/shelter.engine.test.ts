import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/access.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { findResidence } from '../../subgraphs/kit/nation/residence.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { findUnaudited } from '../support/audit.ts';
import { createChildTaker, giveEducation } from '../support/child-case.ts';
import { readAppeal } from '../support/intake-case.ts';
import { INVARIANTS } from '../support/invariants.ts';
import { createOpenCaseTaker, give } from '../support/response-case.ts';
import { admitInput, createVictimTaker, type HurtFamily, letPass } from '../support/shelter-case.ts';
import { createWorld, key, type World } from '../support/world.ts';

// Shelter, identification and help to children, each from one agency through the others and back.

let world: World;
let takeVictim: () => HurtFamily;
beforeAll(async () => {
  world = await createWorld();
  takeVictim = createVictimTaker(world);
});
afterAll(() => world.stop());

/** Sends a promised operation and returns the payload of its one field. */
async function send(
  file: string,
  name: string,
  input: object,
  role: Role = 'CASE_MANAGER',
  as: object = {},
  // Tests know what they asked for.
  // oxlint-disable-next-line no-explicit-any
): Promise<any> {
  const { data, errors } = await world.operation(file, name, {
    role,
    as,
    variables: { input: { idempotencyKey: key(), ...input } },
  });
  expect(errors).toEqual([]);
  return data[Object.keys(data)[0]!];
}

const noticesTo = async (recipient: 'LAW_ENFORCEMENT' | 'GUARDIANSHIP', role: Role, as: object = {}) => {
  const { data, errors } = await world.ask(
    `query ($recipient: NoticeRecipient!, $districtKato: KATO!) {
      residenceNotices(recipient: $recipient, districtKato: $districtKato, first: 100) { nodes { id status acknowledgedAt registryNumber } } }`,
    { variables: { recipient, districtKato: FIRST_DISTRICT }, role, as },
  );
  expect(errors).toEqual([]);
  return data.residenceNotices.nodes as { id: string; status: string; registryNumber: string | null }[];
};

const acknowledge = (
  recipient: 'LawEnforcement' | 'Guardianship',
  noticeId: string,
  registryNumber: string,
  as: object = {},
) =>
  send(
    '10-temporary-residence.graphql',
    `Acknowledge${recipient}Notice`,
    { noticeId, registryNumber },
    recipient === 'LawEnforcement' ? 'POLICE' : 'GUARDIANSHIP',
    as,
  );

describe('a woman comes with two children (J9, Rules p.23–26)', () => {
  test('police and guardianship are told, acknowledge in their own registers, and the centre sees it; her husband sees nothing', async () => {
    let hurt = takeVictim();
    while (hurt.minorIds.length < 2) hurt = takeVictim();
    const { family, victimId, aggressorId } = hurt;
    const minorIds = hurt.minorIds.slice(0, 2);
    const husband = { person: aggressorId };
    const askedByHusband = async () => {
      const profile = await world.operation('13-family-profile.graphql', 'FamilyProfile', {
        variables: { id: family.id },
        role: 'FAMILY_MEMBER',
        as: husband,
      });
      const asOfficer = await world.ask(
        `{ residenceNotices(recipient: LAW_ENFORCEMENT, districtKato: "${FIRST_DISTRICT}", first: 100) { nodes { id status } } }`,
        { role: 'POLICE', as: husband },
      );
      return [profile.body, asOfficer.body];
    };
    const before = await askedByHusband();

    const admitted = await send('10-temporary-residence.graphql', 'Admit', admitInput({ victimId, minorIds }));
    expect(admitted.userErrors).toEqual([]);
    const { residence } = admitted;
    expect(residence).toMatchObject({ mustLeaveBy: '2025-11-01' });
    expect(residence.notices).toHaveLength(2);
    await world.agencies.settle();
    expect(await askedByHusband()).toEqual(before);

    const idOf = (recipient: string): string =>
      residence.notices.find((notice: { recipient: string }) => notice.recipient === recipient).id;
    const [toPolice, toGuardianship] = [idOf('LAW_ENFORCEMENT'), idOf('GUARDIANSHIP')];
    expect(await noticesTo('LAW_ENFORCEMENT', 'POLICE')).toContainEqual(
      expect.objectContaining({ id: toPolice, registryNumber: null }),
    );
    expect(await noticesTo('GUARDIANSHIP', 'GUARDIANSHIP')).toContainEqual(
      expect.objectContaining({ id: toGuardianship, registryNumber: null }),
    );
    // The husband is himself an officer on duty: to him there is no such notice.
    expect((await acknowledge('LawEnforcement', toPolice, 'ВХ-0', husband)).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect((await acknowledge('LawEnforcement', toPolice, 'ВХ-1')).userErrors).toEqual([]);
    expect((await acknowledge('Guardianship', toGuardianship, 'ВХ-2')).userErrors).toEqual([]);
    await world.agencies.settle();

    const { data, errors } = await world.ask(
      `query ($id: ID!) { person(id: $id) { support { temporaryResidences { id notices { id status registryNumber } } } } }`,
      { variables: { id: victimId } },
    );
    expect(errors).toEqual([]);
    const [shown] = data.person.support.temporaryResidences;
    expect(shown.notices).toHaveLength(2);
    expect(shown.notices).toEqual(
      expect.arrayContaining([
        { id: toPolice, status: 'ACKNOWLEDGED', registryNumber: 'ВХ-1' },
        { id: toGuardianship, status: 'ACKNOWLEDGED', registryNumber: 'ВХ-2' },
      ]),
    );
    expect(await askedByHusband()).toEqual(before);

    const left = await send('10-temporary-residence.graphql', 'Discharge', {
      residenceId: residence.id,
      reason: 'RELATIVES',
      at: world.clock.now().toString(),
    });
    expect(left.userErrors).toEqual([]);
    await world.agencies.settle();
    expect(await askedByHusband()).toEqual(before);
  });

  test('the notices of those who live at the centre already stand acknowledged in both registers', async () => {
    const residences = [...world.nation.all()].flatMap((family) => findResidence(world.nation, family) ?? []);
    const notices = residences.flatMap((residence) => residence.notices);
    expect(notices.length).toBeGreaterThan(0);
    for (const { id, recipient } of notices) {
      const again = await acknowledge(recipient === 'GUARDIANSHIP' ? 'Guardianship' : 'LawEnforcement', id, 'ВХ-3');
      expect(again.userErrors, recipient).toMatchObject([{ code: 'INVALID_STATE' }]);
    }
  });
});

describe('is she a victim of domestic violence? (J10, Rules p.24, R-062–R-065)', () => {
  const crisisCentreId = () => findDemoUser(world.nation, 'CRISIS_CENTRE', FIRST_DISTRICT)?.organisationId;
  let takeCase: ReturnType<typeof createOpenCaseTaker>;
  beforeAll(() => {
    takeCase = createOpenCaseTaker(world);
  });

  const refer = async () => {
    const family = takeCase();
    const person = family.incident?.victim ?? family.members[0]!;
    const { referral, userErrors } = await send('11-identification.graphql', 'SendReferral', {
      appealId: family.appeal.id,
      personId: person.id,
      kind: 'VICTIM_IDENTIFICATION',
      crisisCentreId: crisisCentreId(),
    });
    expect(userErrors).toEqual([]);
    expect(referral).toMatchObject({ status: 'SENT', due: { rule: 'DL-04' } });
    await world.agencies.settle();
    return { family, person, referralId: referral.id as string };
  };
  const decide = async (referralId: string, result: string) => {
    const { userErrors } = await send(
      '11-identification.graphql',
      'RecordIdentification',
      { referralId, result, decidedAt: world.clock.now().toString(), grounds: ['Признаки бытового насилия'] },
      'CRISIS_CENTRE',
    );
    expect(userErrors).toEqual([]);
    await world.agencies.settle();
  };
  const referralOf = async (appealId: string, id: string) => {
    const { data } = await world.ask(
      'query ($id: ID!) { appeal(id: $id) { referrals { id status version refusalReason } } }',
      { variables: { id: appealId } },
    );
    return data.appeal.referrals.find((referral: { id: string }) => referral.id === id);
  };

  test('the crisis centre confirms: the referral is completed, and she is taken in there', async () => {
    const { family, person, referralId } = await refer();
    const inbox = await world.ask(
      'query ($districtKato: KATO!) { referralsInbox(districtKato: $districtKato, first: 100) { nodes { id status } } }',
      { variables: { districtKato: FIRST_DISTRICT }, role: 'CRISIS_CENTRE', purpose: 'SERVICE_DELIVERY' },
    );
    expect(inbox.errors).toEqual([]);
    expect(inbox.data.referralsInbox.nodes).toEqual([{ id: referralId, status: 'SENT' }]);
    await decide(referralId, 'CONFIRMED');
    expect(await referralOf(family.appeal.id, referralId)).toMatchObject({ status: 'COMPLETED' });
    const { placement, userErrors } = await give(
      world,
      'recordCrisisCentrePlacement',
      { personId: person.id, crisisCentreId: crisisCentreId(), from: '2025-10-01' },
      'placement { id }',
      { role: 'CRISIS_CENTRE', purpose: 'SERVICE_DELIVERY' },
    );
    expect(userErrors).toEqual([]);
    expect(placement).not.toBeNull();
  });

  test('she refuses because it is too far: she may stay at the centre', async () => {
    const { family, person, referralId } = await refer();
    await decide(referralId, 'PERSON_REFUSED');
    const refused = await referralOf(family.appeal.id, referralId);
    expect(refused).toMatchObject({ status: 'PERSON_REFUSED', refusalReason: null });
    const reasoned = await give(
      world,
      'reportReferralStatus',
      { referralId, expectedVersion: refused.version, status: 'PERSON_REFUSED', refusalReason: 'TOO_FAR' },
      'referral { status refusalReason }',
    );
    expect(reasoned).toMatchObject({ userErrors: [], referral: { refusalReason: 'TOO_FAR' } });
    const admitted = await send(
      '10-temporary-residence.graphql',
      'Admit',
      admitInput({ victimId: person.id, minorIds: [] }),
    );
    expect(admitted.userErrors).toEqual([]);
    expect(admitted.residence).toMatchObject({ basis: 'PERSONAL_REQUEST', notices: [] });
    await letPass(world, {});
  });
});

describe('a child who saw violence, where no room is open (J11, R-083)', () => {
  test('the school opens the case, the help room registers it, the centre hears of it once and accompanies the child', async () => {
    const takeChild = await createChildTaker(world);
    const { family, child } = takeChild(
      ({ incident, appeal }) => incident !== null && appeal.ending === null && appeal.assessmentId !== null,
    );
    const opened = await send(
      '12-child-help.graphql',
      'OpenChildHelpCase',
      {
        childPersonId: child.id,
        reason: 'WITNESS_OF_VIOLENCE',
        sourceIncidentId: family.incident?.id,
        detectedAt: world.clock.now().toString(),
      },
      'SOCIAL_PEDAGOGUE',
    );
    expect(opened).toMatchObject({ existing: false, userErrors: [] });
    const caseId: string = opened.childCase.id;
    const signalsBefore = (await readAppeal(world, family.appeal.id)).signals.length;
    const registered = await giveEducation(world, 'registerChildHelpCase', { caseId, expectedVersion: 1 });
    expect(registered).toMatchObject({ userErrors: [], warnings: [{ code: 'ROOM_NOT_OPEN_IN_REGION' }] });
    await world.agencies.settle();
    // The centre of the family has it on the matter that is open.
    const { signals } = await readAppeal(world, family.appeal.id);
    expect(signals).toHaveLength(signalsBefore + 1);
    expect(signals.at(-1)).toMatchObject({ source: 'EDUCATION' });

    const accompanied = await giveEducation(world, 'accompanyChildHelpCase', { caseId, expectedVersion: 2 });
    expect(accompanied).toMatchObject({ userErrors: [], childCase: { status: 'ACCOMPANIED', noRoomAvailable: true } });
    const closed = await giveEducation(world, 'closeChildHelpCase', {
      caseId,
      expectedVersion: 3,
      outcome: 'Ребёнок в безопасности',
    });
    expect(closed).toMatchObject({ userErrors: [], childCase: { status: 'CLOSED' } });
  });
});

test.each(INVARIANTS)('after all that holds $id: $title', async ({ find }) => {
  await world.agencies.settle();
  expect(await find(world)).toEqual([]);
});

test('every command and every event left an entry in the audit of its agency (domain.md 8.5)', async () => {
  expect(await findUnaudited(world)).toEqual([]);
});
