import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { AccessPolicy, Caller, FieldGroup, ReadRight } from '../../schema/access.ts';
import type { KitTables } from './kit-tables.ts';

/** Who is asking, by which policy, and when: all that is needed to decide which rows exist for them. */
export interface Viewer {
  readonly caller: Caller;
  readonly policy: AccessPolicy;
  readonly now: Temporal.Instant;
}

/** Groups that parties to a case on the aggressor's side never see, whatever their office (domain.md 8.3). */
export const HIDDEN_FROM_AGGRESSOR_SIDE: ReadonlySet<FieldGroup> = new Set<FieldGroup>([
  'SAFE_LOCATION',
  'INCIDENT_AS_VICTIM',
  'APPEAL_TEXT',
  'ASSESSMENT',
  'MOBILE_VISIT_PROTOCOL',
]);

/**
 * The condition under which a row of that group exists for the viewer: the only way to such rows.
 *
 * It is decided from the facts that this agency holds itself (decision A4), because an `_entities` call knows no parents.
 * A missing fact denies; a row that is not visible is indistinguishable from one that is not there.
 *
 * @param subject the column with the id of the person, or of the family, that the row is about
 * @param consented what else than the whole group a person may have consented to, for the row to be seen
 */
export function visible(viewer: Viewer, group: FieldGroup, subject: string, consented?: string): Expression<SqlBool> {
  const { caller } = viewer;
  if (caller.kind === 'SERVICE') return sql<SqlBool>`true`;
  const allowed = byRight(viewer, viewer.policy[caller.role][group].read, group, subject, consented);
  if (!HIDDEN_FROM_AGGRESSOR_SIDE.has(group)) return allowed;
  return sql<SqlBool>`${allowed} and ${outsideConflict(viewer, subject)}`;
}

/** The condition under which the viewer is not on the aggressor's side of that person: who is may not act in the case either. */
export function outsideConflict(viewer: Pick<Viewer, 'caller' | 'now'>, subject: string): Expression<SqlBool> {
  const { caller } = viewer;
  if (caller.kind === 'SERVICE') return sql<SqlBool>`true`;
  return sql<SqlBool>`not ${fact(viewer, 'CONFLICT', subject, sql`(access_fact.user_id = ${caller.userId} or access_fact.other_person_id = ${anyIdOf(sql`${caller.personId}::uuid`)})`)}`;
}

/** Those of the persons and families on whose opposite side the viewer is: to the viewer's commands they do not exist (domain.md 8.3). */
export async function listOpposed(
  db: Kysely<KitTables>,
  viewer: Pick<Viewer, 'caller' | 'now'>,
  subjectIds: readonly string[],
): Promise<string[]> {
  if (viewer.caller.kind === 'SERVICE' || subjectIds.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select subject.id from unnest(${subjectIds}::uuid[]) as subject(id)
    where not (${outsideConflict(viewer, 'subject.id')})`.execute(db);
  return rows.map(({ id }) => id);
}

export async function isOpposed(...asked: Parameters<typeof listOpposed>): Promise<boolean> {
  return (await listOpposed(...asked)).length > 0;
}

/**
 * Whether one of those people is protected from one of the others, or the other way round (I-15), under whatever id.
 *
 * @param others a statement that selects their `person_id`
 */
export async function areOpposed(
  db: Kysely<KitTables>,
  personIds: readonly string[],
  others: Expression<unknown>,
  now: Temporal.Instant,
): Promise<boolean> {
  const { rows } = await sql`
    with here(id) as (
      select unnest(${personIds}::uuid[])
      union select duplicate_id from merged_id where survivor_id = any(${personIds}::uuid[])),
    there(id) as (
      select person_id from (${others}) as other
      union select duplicate_id from merged_id where survivor_id in (select person_id from (${others}) as other))
    select from access_fact
    where kind = 'CONFLICT' and (valid_until is null or valid_until > ${now}) and (
      (subject_id in (select id from here) and other_person_id in (select id from there)) or
      (subject_id in (select id from there) and other_person_id in (select id from here)))
    limit 1`.execute(db);
  return rows.length > 0;
}

function byRight(
  viewer: Viewer,
  right: ReadRight,
  group: FieldGroup,
  subject: string,
  consented: string = group,
): Expression<SqlBool> {
  const { caller } = viewer;
  if (caller.kind === 'SERVICE') return sql<SqlBool>`true`;
  switch (right) {
    case 'ALL':
    case 'STATUS':
    case 'MASKED':
      return sql<SqlBool>`true`;
    case 'NONE':
    case 'AGGREGATE':
      return sql<SqlBool>`false`;
    case 'OWN':
      return sql<SqlBool>`${sql.ref(subject)} = ${anyIdOf(sql`${caller.personId}::uuid`)}`;
    case 'ASSIGNED':
      return sql<SqlBool>`(${fact(viewer, 'ASSIGNED', subject, sql`access_fact.organisation_id = ${caller.organisationId}::uuid`)}
        or ${fact(viewer, 'LEAD_CENTRE', subject, sql`access_fact.organisation_id = ${caller.organisationId}::uuid`)})`;
    case 'CONSENT':
      return fact(viewer, 'CONSENT', subject, sql`access_fact.scope in (${group}, ${consented})`);
    case 'GRANT':
      return fact(
        viewer,
        'GRANT',
        subject,
        sql`access_fact.user_id = ${caller.userId} and access_fact.scope = ${group}`,
      );
  }
}

/**
 * Looked up for each row by the index on the subject. Without `offset 0` the planner may gather the facts of all subjects
 * first, for a page of a hundred rows.
 */
function fact(
  viewer: Pick<Viewer, 'now'>,
  kind: string,
  subject: string,
  about: Expression<unknown>,
): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select from access_fact
    where access_fact.subject_id = ${anyIdOf(sql.ref(subject))} and access_fact.kind = ${kind} and ${about}
      and (access_fact.valid_until is null or access_fact.valid_until > ${viewer.now})
    offset 0)`;
}

/** Every id by which the same one is known: facts about a duplicate hold for who was kept, and the other way round, so that no denial is lost by a merge (I-03). */
export function anyIdOf(id: Expression<unknown>): Expression<unknown> {
  return sql`any(array(
    select ${id}
    union all select survivor_id from merged_id where duplicate_id = ${id}
    union all select duplicate_id from merged_id where survivor_id = ${id}
    union all select other.duplicate_id from merged_id join merged_id as other using (survivor_id)
      where merged_id.duplicate_id = ${id}))`;
}
