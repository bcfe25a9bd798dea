import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tell } from '../../../subgraphs/kit/events.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { appendEvents } from '../../../subgraphs/kit/outbox.ts';
import { giveEducation } from '../../support/child-case.ts';
import { createCoupleTaker, registerIncident } from '../../support/incident-case.ts';
import { give as giveRegistry } from '../../support/registry.ts';
import { type Asking, createWorld, key, type World } from '../../support/world.ts';

let world: World;
let takeCouple: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeCouple = createCoupleTaker(world);
});
afterAll(() => world.stop());

const NOBODY = '00000000-0000-4000-8000-000000000000';
const GUARDIAN: Asking = { role: 'GUARDIANSHIP', purpose: 'SERVICE_DELIVERY' };

/** What waits in a district, as a caller sees it. */
const listed = async (asking: Asking = GUARDIAN, districtKato = FIRST_DISTRICT) => {
  await world.agencies.settle();
  const { data, errors } = await world.ask(
    `query ($district: KATO!) { childHelpProposals(districtKato: $district, first: 100) {
      nodes { id status kato occurredAt proposedAt child { id } incident { id registryNumber } childCase { id } }
    } }`,
    { ...asking, variables: { district: districtKato } },
  );
  expect(errors).toEqual([]);
  return data.childHelpProposals.nodes as { id: string; child: { id: string }; incident: { id: string } }[];
};
const waitingFor = async (childId: string, asking?: Asking, districtKato?: string) =>
  (await listed(asking, districtKato)).filter(({ child }) => child.id === childId);
const rowsOf = (childId: string) =>
  world.sql('education').selectFrom('childHelpProposal').selectAll().where('childId', '=', childId).execute();

const decline = async (proposalId: string, asking: Asking = GUARDIAN, change: object = {}) => {
  const { data, errors } = await world.ask(
    `mutation ($input: DeclineChildHelpProposalInput!) { declineChildHelpProposal(input: $input) {
      proposal { id status declineReason decidedAt } alreadyProcessed userErrors { code path entityId currentState } } }`,
    {
      ...asking,
      variables: { input: { idempotencyKey: key(), proposalId, reason: 'Ребёнок был у бабушки', ...change } },
    },
  );
  expect(errors).toEqual([]);
  return data.declineChildHelpProposal;
};
const open = (childPersonId: string, change: object = {}) =>
  giveEducation(world, 'openChildHelpCase', {
    childPersonId,
    reason: 'WITNESS_OF_VIOLENCE',
    detectedAt: '2025-10-01T08:30:00+05:00',
    ...change,
  });

/** An incident in front of a child that nobody helps yet. */
async function witness(change: object = {}) {
  const family = takeCouple();
  const child = family.members.find(({ minor }) => minor)!;
  const incident = await registerIncident(world, family, change);
  return { family, child, incident };
}

/** The police tell once more, under another id of the event. */
async function tellAgain(incidentId: string, childIds: string[]) {
  const event = tell('ChildrenPresent', {
    incidentId,
    kato: FIRST_DISTRICT,
    occurredAt: '2025-10-01T03:00:00Z',
    childIds,
  });
  await appendEvents(world.sql('interior'), [event], world.clock.now());
  await world.agencies.settle();
}

describe('children present at an incident are proposed for help (J1)', () => {
  test('to guardianship and the help room of the district, with the incident', async () => {
    const { child, incident } = await witness();
    const wanted = [
      {
        id: expect.any(String),
        status: 'PROPOSED',
        kato: FIRST_DISTRICT,
        occurredAt: '2025-10-01T08:00:00+05:00',
        proposedAt: expect.any(String),
        child: { id: child.id },
        incident: { id: incident.id, registryNumber: incident.registryNumber },
        childCase: null,
      },
    ];
    expect(await waitingFor(child.id)).toEqual(wanted);
    expect(await waitingFor(child.id, { ...GUARDIAN, role: 'CHILD_HELP_ROOM' })).toEqual(wanted);
    expect(await waitingFor(child.id, { ...GUARDIAN, as: { district: '710000000' } }, '710000000')).toEqual(wanted);
  });

  test('each child once, also one without an id, however often the incident is told', async () => {
    const family = takeCouple();
    const child = family.members.find(({ minor }) => minor)!;
    const hint = { fullName: 'Соседский мальчик', birthYear: 2016, sex: 'MALE' };
    const incident = await registerIncident(world, family, {
      childrenPresentIds: [child.id, child.id],
      childrenPresent: [hint],
    });
    const proposed = (await listed()).filter((proposal) => proposal.incident.id === incident.id);
    expect(proposed).toHaveLength(2);
    await tellAgain(
      incident.id,
      proposed.map((proposal) => proposal.child.id),
    );
    expect((await listed()).filter((proposal) => proposal.incident.id === incident.id)).toEqual(proposed);
  });

  test('while education was down: when it is back, once', async () => {
    const family = takeCouple();
    world.down.add('education');
    await registerIncident(world, family);
    world.down.delete('education');
    world.clock.advance({ minutes: 2 });
    expect(await waitingFor(family.members.find(({ minor }) => minor)!.id)).toHaveLength(1);
  });

  test('not one who is being helped, nor one who was because of this incident', async () => {
    const family = takeCouple();
    const child = family.members.find(({ minor }) => minor)!;
    const { childCase } = await open(child.id);
    const incident = await registerIncident(world, family);
    expect(await waitingFor(child.id)).toEqual([]);
    expect(await rowsOf(child.id)).toEqual([]);
    await world
      .sql('education')
      .updateTable('childHelpCase')
      .set({
        status: 'CLOSED',
        roomId: null,
        noRoomAvailable: true,
        closedAt: world.clock.now(),
        outcome: 'Помощь оказана',
        sourceIncidentId: incident.id,
      })
      .where('id', '=', childCase.id)
      .execute();
    await tellAgain(incident.id, [child.id]);
    expect(await waitingFor(child.id)).toEqual([]);
    // Another beating is another matter.
    await tellAgain(randomUUID(), [child.id]);
    expect(await waitingFor(child.id)).toHaveLength(1);
  });

  test('and nobody else learns of it: other roles, other districts, the aggressor’s side', async () => {
    const { family, child } = await witness();
    const [, man] = family.members;
    expect(await waitingFor(child.id)).toHaveLength(1);
    for (const role of [
      'SOCIAL_PEDAGOGUE',
      'POLICE',
      'DOCTOR',
      'CASE_MANAGER',
      'OMBUDSMAN',
      'FAMILY_MEMBER',
    ] as const) {
      expect(await listed({ ...GUARDIAN, role })).toEqual([]);
    }
    const elsewhere = { ...GUARDIAN, as: { district: '751110000' } };
    expect(await listed(elsewhere)).toEqual([]);
    expect(await listed({ ...GUARDIAN, as: { district: null } })).toEqual([]);
    const aggressor = { ...GUARDIAN, as: { person: man!.id } };
    expect(await waitingFor(child.id, aggressor)).toEqual([]);
    const [proposal] = await waitingFor(child.id);
    for (const asking of [elsewhere, aggressor]) {
      expect((await decline(proposal!.id, asking)).userErrors).toMatchObject([
        { code: 'NOT_FOUND', path: ['input', 'proposalId'], entityId: null, currentState: null },
      ]);
    }
  });
});

describe('a proposal is settled once', () => {
  test('by the case that is opened for the child, whoever opens it', async () => {
    const { child, incident } = await witness();
    const { childCase, existing } = await open(child.id, { sourceIncidentId: incident.id });
    expect(existing).toBe(false);
    expect(await waitingFor(child.id)).toEqual([]);
    expect(await rowsOf(child.id)).toMatchObject([
      { status: 'ACCEPTED', caseId: childCase.id, incidentId: incident.id, decidedAt: world.clock.now() },
    ]);
  });

  test('two proposals of one child by one case', async () => {
    const { child, family } = await witness();
    await registerIncident(world, family);
    expect(await waitingFor(child.id)).toHaveLength(2);
    await open(child.id);
    expect((await rowsOf(child.id)).map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED']);
  });

  test('by a reason, which the audit does not repeat', async () => {
    const { child } = await witness();
    const [proposal] = await waitingFor(child.id);
    const idempotencyKey = key();
    const first = await decline(proposal!.id, GUARDIAN, { idempotencyKey });
    expect(first).toEqual({
      proposal: {
        id: proposal!.id,
        status: 'DECLINED',
        declineReason: 'Ребёнок был у бабушки',
        decidedAt: expect.any(String),
      },
      alreadyProcessed: false,
      userErrors: [],
    });
    expect(await decline(proposal!.id, GUARDIAN, { idempotencyKey })).toEqual({ ...first, alreadyProcessed: true });
    expect((await decline(proposal!.id, GUARDIAN, { idempotencyKey, reason: 'Иное' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT', path: ['input', 'idempotencyKey'] },
    ]);
    expect((await decline(proposal!.id)).userErrors).toEqual([
      { code: 'INVALID_STATE', path: ['input', 'proposalId'], entityId: proposal!.id, currentState: 'DECLINED' },
    ]);
    expect(await waitingFor(child.id)).toEqual([]);
    const audit = await world
      .sql('education')
      .selectFrom('auditEntry')
      .selectAll()
      .where('operation', '=', 'declineChildHelpProposal')
      .execute();
    expect(JSON.stringify(audit)).not.toContain('бабушки');
    // Whoever learns otherwise opens a case all the same.
    expect((await open(child.id)).childCase).toMatchObject({ status: 'SIGNALLED' });
  });

  test('by one of several at once', async () => {
    const { child } = await witness();
    const [proposal] = await waitingFor(child.id);
    const answers = await Promise.all([decline(proposal!.id), decline(proposal!.id), open(child.id)]);
    const [row] = await rowsOf(child.id);
    const declined = answers.slice(0, 2).filter(({ userErrors }) => userErrors.length === 0);
    expect(declined).toHaveLength(row!['status'] === 'DECLINED' ? 1 : 0);
    expect(row!['caseId'] === null).toBe(row!['status'] === 'DECLINED');
  });

  test('a case opened while the incident is told leaves nothing that waits', async () => {
    const families = [takeCouple(), takeCouple(), takeCouple()];
    await Promise.all(
      families.flatMap((family) => {
        const child = family.members.find(({ minor }) => minor)!;
        return [registerIncident(world, family), open(child.id)];
      }),
    );
    await world.agencies.settle();
    for (const { members } of families) expect(await waitingFor(members.find(({ minor }) => minor)!.id)).toEqual([]);
  });

  test.each([
    ['NOT_FOUND', ['input', 'proposalId'], { proposalId: NOBODY }, {}],
    ['INVALID_INPUT', ['input', 'reason'], { reason: ' ' }, {}],
    ['INVALID_INPUT', ['input', 'reason'], { reason: 'x'.repeat(4001) }, {}],
    ['FORBIDDEN', null, {}, { role: 'SOCIAL_PEDAGOGUE' }],
    ['FORBIDDEN', null, {}, { role: 'CASE_MANAGER' }],
  ] as const)('declining is refused with %s at %j', async (code, path, change, asking) => {
    const { child } = await witness();
    const [proposal] = await waitingFor(child.id);
    const { userErrors } = await decline(proposal!.id, { ...GUARDIAN, ...asking }, change);
    expect(userErrors).toMatchObject([{ code, path }]);
    expect(await waitingFor(child.id)).toHaveLength(1);
  });
});

describe('a child whose records are merged (I-03)', () => {
  test('is proposed under the id that is kept, also by an incident told late, and given back', async () => {
    const { child } = await witness();
    const hint = { fullName: 'Тот же ребёнок', birthYear: 2015 };
    const { person } = await giveRegistry(world, 'registerProvisionalPerson', { hint });
    const duplicateId: string = person.id;
    const incidentId = randomUUID();
    await tellAgain(incidentId, [duplicateId]);
    expect(await waitingFor(duplicateId)).toHaveLength(1);
    await giveRegistry(world, 'mergePersons', { keepId: child.id, duplicateId, reason: 'Один ребёнок' });
    expect(await waitingFor(child.id)).toHaveLength(2);
    await tellAgain(randomUUID(), [duplicateId, child.id]);
    expect(await waitingFor(child.id)).toHaveLength(3);
    await giveRegistry(world, 'unmergePersons', { mergedId: duplicateId, reason: 'Ошибка' });
    expect((await waitingFor(duplicateId)).map(({ incident }) => incident?.id ?? incidentId)).toHaveLength(1);
    expect(await waitingFor(child.id)).toHaveLength(2);
  });
});
