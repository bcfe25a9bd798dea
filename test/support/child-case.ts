import { sql } from 'kysely';
import type { Role } from '../../schema/access.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import type { NationPerson } from '../../subgraphs/kit/nation/people.ts';
import { key, type World } from './world.ts';

const PAYLOAD = `childCase {
    id number status version noRoomAvailable room { id } openedAt closedAt interviewDoneAt child { id } sourceIncident { id }
    notified { recipient deliveredAt } services { id kind plannedAt doneAt specialists repeatJustification }
  }
  alreadyProcessed userErrors { code message path entityId currentState }`;
const EXPECTED = `${PAYLOAD} conflict { id status version } warnings { code message }`;

/** The commands of education with what tests look at. */
const DOCUMENTS = {
  openChildHelpCase: `${PAYLOAD} existing warnings { code message }`,
  registerChildHelpCase: EXPECTED,
  assignChildHelpRoom: EXPECTED,
  planChildHelpService: EXPECTED,
  recordChildHelpService: PAYLOAD,
  accompanyChildHelpCase: EXPECTED,
  closeChildHelpCase: EXPECTED,
  openChildHelpRoom:
    'room { id titleRu titleKk regionKato openedAt } alreadyProcessed userErrors { code path entityId }',
  recordSchooling: `person { id education { enrolled organisation grade attendance needsAttention schoolRegister } }
    alreadyProcessed userErrors { code path }`,
  addSchoolNote: 'note { id at author text bullying } alreadyProcessed userErrors { code path }',
  recordGuardianship: `person { id education { guardianship { body caseManager status } } }
    alreadyProcessed userErrors { code path }`,
  acknowledgeGuardianshipNotice:
    'notice { id acknowledgedAt } alreadyProcessed userErrors { code path entityId currentState }',
} as const;
export type EducationCommand = keyof typeof DOCUMENTS;

const GIVEN_BY: Partial<Record<EducationCommand, Role>> = {
  openChildHelpCase: 'SOCIAL_PEDAGOGUE',
  recordSchooling: 'SOCIAL_PEDAGOGUE',
  addSchoolNote: 'SOCIAL_PEDAGOGUE',
  recordGuardianship: 'GUARDIANSHIP',
  acknowledgeGuardianshipNotice: 'GUARDIANSHIP',
};

/** Gives a command of education, as whoever usually gives it; returns its payload. */
export async function giveEducation(
  world: World,
  name: EducationCommand,
  input: object,
  asking: Parameters<World['ask']>[1] = {},
) {
  const type = name === 'acknowledgeGuardianshipNotice' ? 'AcknowledgeGuardianshipNotice' : toTypeName(name);
  const { data, errors } = await world.ask(
    `mutation ($input: ${type}Input!) { ${name}(input: $input) { ${DOCUMENTS[name]} } }`,
    {
      role: GIVEN_BY[name] ?? 'CHILD_HELP_ROOM',
      purpose: 'SERVICE_DELIVERY',
      variables: { input: { idempotencyKey: key(), ...input } },
      ...asking,
    },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data[name];
}

function toTypeName(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** A child of the nation without a case, each test one of its own. */
export async function createChildTaker(world: World) {
  const rows = await world.sql('education').selectFrom('childHelpCase').select('childId').execute();
  const known = new Set(rows.map(({ childId }) => childId));
  const waiting = [...world.nation.all()]
    .filter(({ stage }) => stage !== 'PASSING')
    .flatMap((family) =>
      family.members.filter(({ minor, id }) => minor && !known.has(id)).map((child) => ({ family, child })),
    );
  return (of: (family: NationFamily) => boolean = () => true): { family: NationFamily; child: NationPerson } => {
    const index = waiting.findIndex(({ family }) => of(family));
    const [taken] = index < 0 ? [] : waiting.splice(index, 1);
    if (!taken) throw new Error('The test nation must have more children without a case.');
    return taken;
  };
}

/** What an agency has told others of a thing, oldest first. */
export async function toldBy(world: World, agency: 'education' | 'health', type: string, id: string) {
  const rows = await world
    .sql(agency)
    .selectFrom('outbox')
    .select(['payload', 'destination'])
    .where('type', '=', type)
    .where(sql<boolean>`payload::text like ${`%${id}%`}`)
    .orderBy('seq')
    .execute();
  return rows.map(({ payload, destination }) => ({ destination, ...(payload as object) }));
}
