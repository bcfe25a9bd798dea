import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { once, rowOf, type Side } from '../sides.ts';
import { anyMeasure, bodyOf, childOf, on, takeHurt, unknown, type Valid, versionOf } from './families.ts';
import { incident } from './interior.ts';

/** A room of the region, open before the law on rooms is in force: there is none in the nation. */
const openRoom = async ({ world, district }: Side, openedAt: string) => {
  const id = randomUUID();
  await sql`insert into child_help_room (id, title_ru, title_kk, region_kato, opened_at)
    values (${id}, ${`Кабинет ${id}`}, ${`Кабинет ${id}`}, ${district.regionKato}, ${openedAt})`.execute(
    world.sql('education'),
  );
  return id;
};
const roomOf = once((side) => openRoom(side, '2025-09-01'));
export const announcedRoom = once((side) => openRoom(side, '2026-03-02'));

/** The child of a hurt family that has no case yet. */
async function takeChild(side: Side) {
  const family = takeHurt(side);
  const child = childOf(family);
  await sql`delete from child_help_notice where case_id in (select id from child_help_case where child_id = ${child.id})`.execute(
    side.world.sql('education'),
  );
  await sql`delete from child_help_service where case_id in (select id from child_help_case where child_id = ${child.id})`.execute(
    side.world.sql('education'),
  );
  await sql`delete from child_help_case where child_id = ${child.id}`.execute(side.world.sql('education'));
  return { family, childId: child.id };
}
const opening = async (side: Side) => {
  const { family, childId } = await takeChild(side);
  return {
    family,
    input: {
      childPersonId: childId,
      reason: 'WITNESS_OF_VIOLENCE',
      detectedAt: '2025-10-01T08:00:00+05:00',
      kato: side.district.kato,
      sourceIncidentId: family.incident?.id,
    },
  };
};
const unopened = once(async (side) => (await opening(side)).input);
const caseOf = async (side: Side, caseId: string) => ({
  caseId,
  expectedVersion: await versionOf(side, 'education', 'childHelpCase', caseId),
});
const service = { kind: 'LEGAL_HELP', specialists: ['Юрист'] };
const STEPS: Readonly<Record<string, (side: Side) => Promise<object>>> = {
  registerChildHelpCase: async () => ({}),
  assignChildHelpRoom: async (side) => ({ roomId: await roomOf(side) }),
  planChildHelpService: async () => ({ ...service, plannedAt: '2025-10-02T10:00:00+05:00' }),
  accompanyChildHelpCase: async () => ({}),
  closeChildHelpCase: async () => ({ outcome: 'Ребёнок в безопасности' }),
};
const WAY = Object.keys(STEPS);
/** A case on which the first steps of its way were taken. */
const caseAfter = async (side: Side, steps: number) => {
  const { family, input } = await opening(side);
  const { childCase } = await side.give('openChildHelpCase', 'SOCIAL_PEDAGOGUE', input, 'childCase { id }');
  for (const step of WAY.slice(0, steps)) {
    const more = (await STEPS[step]?.(side)) ?? {};
    await side.give(step, 'CHILD_HELP_ROOM', { ...(await caseOf(side, childCase.id)), ...more });
  }
  return { caseId: childCase.id as string, family };
};
const signalled = once((side) => caseAfter(side, 0));
const registered = once((side) => caseAfter(side, 1));
const inRoom = once((side) => caseAfter(side, 2));
const served = once((side) => caseAfter(side, 3));
const accompanied = once((side) => caseAfter(side, 4));
export const closedCase = once((side) => caseAfter(side, 5));
const stepOn = async (side: Side, found: { caseId: string }, step: string) =>
  on('CHILD_HELP_ROOM', { ...(await caseOf(side, found.caseId)), ...(await STEPS[step]?.(side)) });

const pupil = once(async (side) => {
  const { childId } = await takeChild(side);
  await sql`delete from schooling where person_id = ${childId}`.execute(side.world.sql('education'));
  const schooling = {
    personId: childId,
    organisation: 'Школа № 1',
    attendance: 'REGULAR',
    needsAttention: false,
    schoolRegister: false,
  };
  await side.give('recordSchooling', 'SOCIAL_PEDAGOGUE', schooling);
  return schooling;
});

export const education: Valid = {
  openChildHelpCase: async (side) =>
    on('SOCIAL_PEDAGOGUE', { ...(await unopened(side)), measureId: await anyMeasure(side) }),
  'openChildHelpCase of somebody unknown': async (side) => {
    const child = { ...unknown(side), birthYear: 2015 };
    return on('SOCIAL_PEDAGOGUE', { ...(await unopened(side)), childPersonId: null, child });
  },
  registerChildHelpCase: async (side) => stepOn(side, await signalled(side), 'registerChildHelpCase'),
  assignChildHelpRoom: async (side) => stepOn(side, await registered(side), 'assignChildHelpRoom'),
  planChildHelpService: async (side) => stepOn(side, await inRoom(side), 'planChildHelpService'),
  recordChildHelpService: async (side) => {
    const { caseId } = await served(side);
    const { id } = await rowOf(
      side.world,
      'education',
      sql<{ id: string }>`select id from child_help_service where case_id = ${caseId}`,
    );
    return on('CHILD_HELP_ROOM', {
      caseId,
      serviceId: id,
      ...service,
      doneAt: '2025-10-01T08:30:00+05:00',
      measureId: await anyMeasure(side),
    });
  },
  accompanyChildHelpCase: async (side) => {
    const { caseId, family } = await served(side);
    return on('CHILD_HELP_ROOM', { ...(await caseOf(side, caseId)), planId: family.plan?.id });
  },
  closeChildHelpCase: async (side) => {
    const sending = await stepOn(side, await accompanied(side), 'closeChildHelpCase');
    return { ...sending, input: { ...sending.input, measureId: await anyMeasure(side) } };
  },
  declineChildHelpProposal: async (side) => {
    const incidentId = await incident(side);
    await side.world.agencies.settle();
    const { id } = await rowOf(
      side.world,
      'education',
      sql<{ id: string }>`select id from child_help_proposal where incident_id = ${incidentId}`,
    );
    return on('GUARDIANSHIP', { proposalId: id, reason: 'Ребёнок был у бабушки' });
  },
  openChildHelpRoom: async (side) =>
    on('CHILD_HELP_ROOM', {
      titleRu: 'Кабинет помощи детям',
      titleKk: 'Балаларға көмек кабинеті',
      regionKato: side.district.regionKato,
      openedAt: '2026-04-01',
    }),
  recordSchooling: async (side) =>
    on('SOCIAL_PEDAGOGUE', { ...(await pupil(side)), grade: '3', measureId: await anyMeasure(side) }),
  addSchoolNote: async (side) =>
    on('SOCIAL_PEDAGOGUE', { personId: (await pupil(side)).personId, text: 'Стал замкнут', bullying: false }),
  recordGuardianship: async (side) =>
    on('GUARDIANSHIP', {
      personId: (await pupil(side)).personId,
      body: bodyOf(side, 'GUARDIANSHIP'),
      status: 'UNDER_OBSERVATION',
      measureId: await anyMeasure(side),
    }),
};
