import { type ColumnType, type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { FieldGroup } from '../../schema/access.ts';
import type { DailyCount } from '../kit/aggregates.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { IdKey, PageRequest } from '../kit/page.ts';
import { visible, type Viewer } from '../kit/visible.ts';
import type { KatoPrefix } from '../kit/kato-prefix.ts';
import type { PersonCriteria } from './person-search.ts';

/** A person's record with everything in it; who reads it gets the part of one field group. */
export interface PersonRecord {
  id: string;
  iin: string | null;
  /** What it is, or was before it was merged. */
  identityStatus: 'CONFIRMED' | 'PROVISIONAL' | 'DECEASED';
  mergedInto: string | null;
  fullName: string | null;
  birthDate: string | null;
  birthYear: number | null;
  sex: 'MALE' | 'FEMALE' | null;
  registeredKato: string | null;
  registeredAddress: string | null;
  phone: string | null;
  recordedAt: Temporal.Instant;
}

export interface FamilyRecord {
  id: string;
  kato: string | null;
  mergedInto: string | null;
  recordedAt: Temporal.Instant;
}

export interface FamilyMembershipRow {
  id: string;
  familyId: string;
  personId: string;
  role: 'HEAD' | 'SPOUSE' | 'CHILD' | 'PARENT' | 'GUARDIAN' | 'SIBLING' | 'OTHER' | 'FORMER_SPOUSE';
  since: string | null;
  until: string | null;
}

/** A rating without its indicators, which are of another field group. */
export interface WellbeingRatingRow {
  id: string;
  familyId: string;
  category: 'A' | 'B' | 'C' | 'D' | 'E';
  methodology: 'ORDER_267_FIVE_LEVELS' | 'SCORING_SIX_LEVELS';
  calculatedAt: Temporal.Instant;
}

export interface WellbeingRatingRecord extends WellbeingRatingRow {
  indicators: ColumnType<Readonly<Record<string, boolean>>, string, never>;
}

export interface BenefitAwardRow {
  id: string;
  personId: string;
  code: string;
  startsOn: string;
  endsOn: string | null;
  status: 'ACTIVE' | 'SUSPENDED' | 'ENDED';
  measureId: string | null;
  version: number;
}

export interface EmploymentCaseRow {
  id: string;
  personId: string;
  status: 'NOT_REGISTERED' | 'REGISTERED_UNEMPLOYED' | 'IN_TRAINING' | 'EMPLOYED';
  careerCentre: string | null;
  jobFoundOn: string | null;
  measureId: string | null;
}

export interface DisabilityRecord {
  personId: string;
  disabilityGroup: 'NONE' | 'FIRST' | 'SECOND' | 'THIRD' | 'CHILD';
  since: string;
  measureId: string | null;
}

export interface CrisisCentreRow {
  id: string;
  titleRu: string;
  titleKk: string;
  regionKato: string;
  targetGroups: ('DOMESTIC_VIOLENCE' | 'HUMAN_TRAFFICKING' | 'OTHER')[];
  licensedUntil: string | null;
  capacity: number | null;
  openedOn: string;
  closedOn: string | null;
}

export interface CrisisCentrePlacementRow {
  id: string;
  personId: string;
  crisisCentreId: string;
  startsOn: string;
  endsOn: string | null;
  outcome: string | null;
  measureId: string | null;
  version: number;
}

export interface VictimIdentificationRow {
  referralId: string;
  personId: string;
  result: 'PENDING' | 'CONFIRMED' | 'NOT_CONFIRMED' | 'PERSON_REFUSED';
  decidedAt: Temporal.Instant | null;
  grounds: string[] | null;
  measureId: string | null;
  /** The crisis centre or the body that the referral is addressed to. */
  crisisCentreId: string | null;
  organisationId: string | null;
}

export interface PlaceReservationRecord {
  id: string;
  personId: string;
  placeId: string;
  status: 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';
  reservedAt: Temporal.Instant;
  expiresAt: Temporal.Instant | null;
  /** When the centres were asked what became of it, because its time had passed. */
  lapseToldAt: Temporal.Instant | null;
}

interface LinkReason {
  kind: 'NAME' | 'BIRTH_YEAR' | 'SEX' | 'DISTRICT' | 'PHONE';
  weight: number;
}

export interface LinkSuggestionRow {
  id: string;
  leftPersonId: string;
  rightPersonId: string;
  score: number;
  /** Heaviest first. */
  reasons: LinkReason[];
  status: 'OPEN' | 'ACCEPTED' | 'REJECTED';
  suggestedAt: Temporal.Instant;
  decidedAt: Temporal.Instant | null;
}

export interface LinkSuggestionRecord extends Omit<LinkSuggestionRow, 'reasons'> {
  reasons: ColumnType<LinkReason[], string, never>;
}

export interface Tables {
  person: PersonRecord;
  family: FamilyRecord;
  familyMembership: FamilyMembershipRow;
  wellbeingRating: WellbeingRatingRecord;
  benefitAward: BenefitAwardRow;
  employmentCase: EmploymentCaseRow;
  disability: DisabilityRecord;
  crisisCentre: CrisisCentreRow;
  crisisCentrePlacement: CrisisCentrePlacementRow;
  victimIdentification: VictimIdentificationRow;
  placeReservation: PlaceReservationRecord;
  linkSuggestion: LinkSuggestionRecord;
}

/** A person under the id that was asked for; an id that was merged is an alias of the survivor's, whose data it shows (I-03). */
export interface PersonRow {
  id: string;
  /** The record that holds the data, and that all other rows name; the same as `id` unless that was merged. */
  survivorId: string;
  identityStatus: PersonRecord['identityStatus'];
  fullName: string | null;
  birthDate: string | null;
  birthYear: number | null;
  sex: PersonRecord['sex'];
  registeredKato: string | null;
}

/** A family under the id that was asked for, an alias when it was merged (decision D3). */
export interface FamilyRow {
  id: string;
  /** The record that holds the data; the same as `id` unless that was merged. */
  survivorId: string;
  kato: string | null;
}

/** The parent of a person's section. */
export interface SocialRecordRow {
  personId: string;
}

/** The sort key of found persons: how far the name is from what was looked for, and the id; nothing of the person. */
export type SearchKey = [distance: number, id: string];
/** The sort key of suggestions. */
export type ScoreKey = [score: number, id: string];

export type Store = ReturnType<typeof createStore>;

/** Everything that social protection reads, seen by one viewer: rows that are not visible are not there. */
export function createStore(db: Kysely<Tables & KitTables>, viewer: Viewer) {
  /** Facts speak of families as they do of persons; what is one's own is the family to which one belongs now. */
  const familyVisible = (group: FieldGroup, family: string): Expression<SqlBool> => {
    const { caller, policy } = viewer;
    if (caller.kind === 'SERVICE' || policy[caller.role][group].read !== 'OWN') return visible(viewer, group, family);
    return sql<SqlBool>`exists (
      select from family_membership
      where family_membership.family_id = ${sql.ref(family)} and family_membership.until is null
        and ${visible(viewer, group, 'familyMembership.personId')})`;
  };

  /** The ids asked for, each with the ids that it leads to by merges; the last of them was merged into none. */
  const personLineage = (ids: readonly string[]) =>
    db.withRecursive('lineage(asked, id)', (qb) =>
      qb
        .selectFrom('person')
        .where('id', 'in', ids)
        .select(['id as asked', 'id'])
        .union((next) =>
          next
            .selectFrom('lineage')
            .innerJoin('person', 'person.id', 'lineage.id')
            .where('person.mergedInto', 'is not', null)
            .select(['lineage.asked', 'person.mergedInto as id'])
            .$narrowType<{ id: string }>(),
        ),
    );
  const familyLineage = (ids: readonly string[]) =>
    db.withRecursive('lineage(asked, id)', (qb) =>
      qb
        .selectFrom('family')
        .where('id', 'in', ids)
        .select(['id as asked', 'id'])
        .union((next) =>
          next
            .selectFrom('lineage')
            .innerJoin('family', 'family.id', 'lineage.id')
            .where('family.mergedInto', 'is not', null)
            .select(['lineage.asked', 'family.mergedInto as id'])
            .$narrowType<{ id: string }>(),
        ),
    );
  const confirmedHolder = (iin: string) =>
    db
      .selectFrom('person')
      .where('person.iin', '=', iin)
      .where('person.identityStatus', '=', 'CONFIRMED')
      .where('person.mergedInto', 'is', null)
      .where(visible(viewer, 'IDENTITY', 'person.id'));
  const memberships = () =>
    db
      .selectFrom('familyMembership')
      .where(visible(viewer, 'IDENTITY', 'familyMembership.personId'))
      .selectAll('familyMembership');
  const ratings = () =>
    db.selectFrom('wellbeingRating').where(familyVisible('WELLBEING_CATEGORY', 'wellbeingRating.familyId'));
  const benefits = () =>
    db
      .selectFrom('benefitAward')
      .where(visible(viewer, 'SOCIAL_SUPPORT', 'benefitAward.personId'))
      .selectAll();
  const employmentCases = () =>
    db
      .selectFrom('employmentCase')
      .where(visible(viewer, 'SOCIAL_SUPPORT', 'employmentCase.personId', 'EMPLOYMENT'))
      .selectAll();
  const crisisCentres = () => db.selectFrom('crisisCentre').selectAll();
  const placements = () =>
    db
      .selectFrom('crisisCentrePlacement')
      .where(visible(viewer, 'SAFE_LOCATION', 'crisisCentrePlacement.personId'))
      .selectAll();
  /** A suggestion exists for those who may know of either person. */
  const suggestions = () =>
    db
      .selectFrom('linkSuggestion')
      .where((eb) =>
        eb.or([
          visible(viewer, 'IDENTITY', 'linkSuggestion.leftPersonId'),
          visible(viewer, 'IDENTITY', 'linkSuggestion.rightPersonId'),
        ]),
      );
  const identifications = () =>
    db
      .selectFrom('victimIdentification')
      .where(visible(viewer, 'INCIDENT_AS_VICTIM', 'victimIdentification.personId'))
      .selectAll();

  return {
    /** Follows merges: each id with the data of its survivor. */
    listPersons: (ids: readonly string[]) =>
      personLineage(ids)
        .selectFrom('lineage')
        .innerJoin('person', 'person.id', 'lineage.id')
        .where('person.mergedInto', 'is', null)
        .where(visible(viewer, 'IDENTITY', 'person.id'))
        .select(['lineage.asked as id', 'person.id as survivorId', ...IDENTITY_COLUMNS])
        .execute(),
    findPersonByIin: (iin: string) =>
      confirmedHolder(iin)
        .select(['person.id as id', 'person.id as survivorId', ...IDENTITY_COLUMNS])
        .executeTakeFirst(),
    /**
     * Persons who match every criterion, closest first: the very words of the name, then all of them among others, then as
     * beginnings. One row more than the page. Who may not read phones finds nobody by them.
     */
    pagePersons: (criteria: PersonCriteria, page: PageRequest<SearchKey>) => {
      const { iin, fullName, birthYear, phone, kato } = criteria;
      let query = db
        .selectFrom('person')
        .where('person.mergedInto', 'is', null)
        .where(visible(viewer, 'IDENTITY', 'person.id'));
      if (iin !== null) query = query.where('person.iin', '=', iin).where('person.identityStatus', '=', 'CONFIRMED');
      if (fullName !== null)
        query = query.where(sql<SqlBool>`name_lexemes(person.full_name) @@ name_query(${fullName})`);
      if (birthYear !== null) query = query.where('person.birthYear', '=', birthYear);
      if (phone !== null) {
        query = query
          .where(sql<SqlBool>`phone_digits(person.phone) = phone_digits(${phone})`)
          .where(visible(viewer, 'CONTACTS', 'person.id'));
      }
      // The length stands in the text of the statement: each of the four has an index of its own.
      if (kato)
        query = query.where(sql<SqlBool>`left(person.registered_kato, ${sql.lit(kato.length)}) = ${kato.digits}`);
      const distance =
        fullName === null
          ? null
          : sql<number>`case when name_words(person.full_name) = name_words(${fullName}) then 0
              when name_words(person.full_name) @> name_words(${fullName}) then 1 else 2 end`;
      if (page.after) {
        const [far, id] = page.after;
        query = distance
          ? query.where(sql<SqlBool>`(${distance}, person.id) > (${far}::integer, ${id}::uuid)`)
          : query.where('person.id', '>', id);
      }
      if (distance) query = query.orderBy(distance);
      return query
        .select(['person.id as id', 'person.id as survivorId', ...IDENTITY_COLUMNS])
        .select((distance ?? sql.lit(0)).as('distance'))
        .orderBy('person.id')
        .limit(page.limit + 1)
        .execute();
    },
    /** The only statement besides the look-ups and the search by IIN that touches the number. */
    listIins: (ids: readonly string[]) =>
      db
        .selectFrom('person')
        .where('id', 'in', ids)
        .where(visible(viewer, 'FULL_IIN', 'person.id'))
        .select(['id', 'iin'])
        .execute(),
    listContacts: (ids: readonly string[]) =>
      db
        .selectFrom('person')
        .where('id', 'in', ids)
        .where(visible(viewer, 'CONTACTS', 'person.id'))
        .select(['id', 'registeredAddress', 'phone'])
        .execute(),

    /** Follows merges, as with persons. */
    listFamilies: (ids: readonly string[]) =>
      familyLineage(ids)
        .selectFrom('lineage')
        .innerJoin('family', 'family.id', 'lineage.id')
        .where('family.mergedInto', 'is', null)
        .where(familyVisible('IDENTITY', 'family.id'))
        .select(['lineage.asked as id', 'family.id as survivorId', 'family.kato'])
        .execute(),
    /** The current family of the confirmed person with that IIN. */
    findFamilyByIin: (iin: string) =>
      confirmedHolder(iin)
        .innerJoin('familyMembership', 'familyMembership.personId', 'person.id')
        .where('familyMembership.until', 'is', null)
        .innerJoin('family', 'family.id', 'familyMembership.familyId')
        .where(familyVisible('IDENTITY', 'family.id'))
        .select(['family.id as id', 'family.id as survivorId', 'family.kato'])
        .executeTakeFirst(),
    /** By id, one row more than the page; merged families are left out. */
    pageFamilies: (
      filter: { kato: KatoPrefix; categories: readonly WellbeingRatingRow['category'][] | null },
      page: PageRequest<IdKey>,
    ) => {
      let query = db
        .selectFrom('family')
        .where('family.mergedInto', 'is', null)
        // The length stands in the text of the statement: each of the four has an index of its own.
        .where(sql<SqlBool>`left(family.kato, ${sql.lit(filter.kato.length)}) = ${filter.kato.digits}`)
        .where(familyVisible('IDENTITY', 'family.id'));
      if (filter.categories) {
        const current = ratings()
          .where('wellbeingRating.familyId', '=', sql.ref<string>('family.id'))
          .orderBy('calculatedAt', 'desc')
          .orderBy('wellbeingRating.id')
          .limit(1)
          .select('category');
        query = query.where(sql<SqlBool>`(${current}) = any(${filter.categories}::text[])`);
      }
      if (page.after) query = query.where('family.id', '>', page.after[0]);
      return query
        .select(['family.id as id', 'family.id as survivorId', 'family.kato'])
        .orderBy('family.id')
        .limit(page.limit + 1)
        .execute();
    },

    /** Current members first, in the order of the roles, the eldest child before the others; then those who left, latest first. */
    listMembersOf: (familyIds: readonly string[]) =>
      memberships()
        .innerJoin('person', 'person.id', 'familyMembership.personId')
        // What a merge left with the duplicate would show one human being twice.
        .where('person.mergedInto', 'is', null)
        .where('familyId', 'in', familyIds)
        .orderBy('until', (order) => order.desc().nullsFirst())
        .orderBy(sql`array_position(${ROLE_ORDER}::text[], role)`)
        .orderBy('birthDate', (order) => order.asc().nullsLast())
        .orderBy('familyMembership.id')
        .execute(),
    /** The current family first, then former ones, latest first. */
    listMembershipsOf: (personIds: readonly string[]) =>
      memberships()
        .where('personId', 'in', personIds)
        .orderBy('until', (order) => order.desc().nullsFirst())
        .orderBy('since', (order) => order.desc().nullsLast())
        .orderBy('id')
        .execute(),

    /** The families whose category the viewer may know of, rated or not. */
    listRateable: (familyIds: readonly string[]) =>
      db
        .selectFrom('family')
        .where('id', 'in', familyIds)
        .where(familyVisible('WELLBEING_CATEGORY', 'family.id'))
        .select('id')
        .execute(),
    /** The newest rating of each family by each method. */
    listCurrentRatingsOf: (familyIds: readonly string[]) =>
      ratings()
        .where('familyId', 'in', familyIds)
        .distinctOn(['familyId', 'methodology'])
        .orderBy('familyId')
        .orderBy('methodology')
        .orderBy('calculatedAt', 'desc')
        .orderBy('id')
        .select(RATING_COLUMNS)
        .execute(),
    /** Latest first. */
    listRatingsOf: (familyIds: readonly string[]) =>
      ratings()
        .where('familyId', 'in', familyIds)
        .orderBy('calculatedAt', 'desc')
        .orderBy('id')
        .select(RATING_COLUMNS)
        .execute(),
    listIndicators: (ratingIds: readonly string[]) =>
      db
        .selectFrom('wellbeingRating')
        .where('id', 'in', ratingIds)
        .where(familyVisible('WELLBEING_INDICATORS', 'wellbeingRating.familyId'))
        .select(['id', 'indicators'])
        .execute(),

    /** One row for each person whose support the viewer may know of, with NONE and false where nothing is on record. */
    listSupport: (personIds: readonly string[]) =>
      db
        .selectFrom('person')
        .leftJoin('disability', 'disability.personId', 'person.id')
        .where('person.id', 'in', personIds)
        .where(visible(viewer, 'SOCIAL_SUPPORT', 'person.id'))
        .select((eb) => [
          'person.id as personId',
          eb.fn.coalesce('disability.disabilityGroup', sql.lit('NONE' as const)).as('disabilityGroup'),
          eb
            .exists(
              eb
                .selectFrom('benefitAward')
                .whereRef('benefitAward.personId', '=', 'person.id')
                .where('benefitAward.status', '=', 'ACTIVE')
                .select('benefitAward.id'),
            )
            .$castTo<boolean>()
            .as('receivesSupport'),
        ])
        .execute(),
    listBenefits: (ids: readonly string[]) => benefits().where('id', 'in', ids).execute(),
    /** Latest start first. */
    listBenefitsOf: (personIds: readonly string[]) =>
      benefits().where('personId', 'in', personIds).orderBy('startsOn', 'desc').orderBy('id').execute(),
    listEmploymentCases: (ids: readonly string[]) => employmentCases().where('id', 'in', ids).execute(),
    listEmploymentCasesOf: (personIds: readonly string[]) =>
      employmentCases().where('personId', 'in', personIds).execute(),

    listCrisisCentres: (ids: readonly string[]) => crisisCentres().where('id', 'in', ids).execute(),
    /** By region and Russian title. */
    listCrisisCentresOfRegion: (regionKato: string | null) => {
      let query = crisisCentres();
      if (regionKato !== null) query = query.where('regionKato', '=', regionKato);
      return query.orderBy('regionKato').orderBy('titleRu').orderBy('id').execute();
    },
    /** How many persons are in each crisis centre now, whoever may know of them; a centre without any has no row. */
    listOccupancy: (crisisCentreIds: readonly string[]) =>
      db
        .selectFrom('crisisCentrePlacement')
        .where('crisisCentreId', 'in', crisisCentreIds)
        .where('endsOn', 'is', null)
        .groupBy('crisisCentreId')
        .select((eb) => ['crisisCentreId', eb.fn.countAll<number>().as('persons')])
        .execute(),
    listPlacements: (ids: readonly string[]) => placements().where('id', 'in', ids).execute(),
    /** Latest first. */
    listPlacementsOf: (personIds: readonly string[]) =>
      placements().where('personId', 'in', personIds).orderBy('startsOn', 'desc').orderBy('id').execute(),
    listIdentifications: (referralIds: readonly string[]) =>
      identifications().where('referralId', 'in', referralIds).execute(),
    /** For the commands on reservations, which no user may give. */
    listReservations: (ids: readonly string[]) =>
      db.selectFrom('placeReservation').selectAll().where('id', 'in', ids).execute(),

    listLinkSuggestions: (ids: readonly string[]) => suggestions().selectAll().where('id', 'in', ids).execute(),
    /** Suggestions about persons of a territory, the likeliest first, one row more than the page. */
    pageLinkSuggestions: (
      filter: { kato: KatoPrefix; status: LinkSuggestionRow['status'] | null },
      page: PageRequest<ScoreKey>,
    ) => {
      const { kato, status } = filter;
      let query = suggestions()
        .selectAll('linkSuggestion')
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('person')
              .where(sql<SqlBool>`person.id in (link_suggestion.left_person_id, link_suggestion.right_person_id)`)
              .where(visible(viewer, 'IDENTITY', 'person.id'))
              .where(sql<SqlBool>`left(person.registered_kato, ${sql.lit(kato.length)}) = ${kato.digits}`)
              .select('person.id'),
          ),
        );
      if (status) query = query.where('linkSuggestion.status', '=', status);
      if (page.after) {
        const [score, id] = page.after;
        query = query.where(
          sql<SqlBool>`(link_suggestion.score <= ${score}::float8 and (link_suggestion.score < ${score}::float8 or link_suggestion.id > ${id}::uuid))`,
        );
      }
      return query
        .orderBy('linkSuggestion.score', 'desc')
        .orderBy('linkSuggestion.id')
        .limit(page.limit + 1)
        .execute();
    },
  };
}

const IDENTITY_COLUMNS = [
  'person.identityStatus',
  'person.fullName',
  'person.birthDate',
  'person.birthYear',
  'person.sex',
  'person.registeredKato',
] as const;

const RATING_COLUMNS = ['id', 'familyId', 'category', 'methodology', 'calculatedAt'] as const;

const ROLE_ORDER: readonly FamilyMembershipRow['role'][] = [
  'HEAD',
  'SPOUSE',
  'CHILD',
  'PARENT',
  'GUARDIAN',
  'SIBLING',
  'OTHER',
  'FORMER_SPOUSE',
];

/** How many more crisis centres there are in a region from a day on: those that open, less those that close. */
export async function countCrisisCentreChanges(db: Kysely<Tables & KitTables>): Promise<DailyCount[]> {
  const { rows } = await sql<DailyCount>`
    select day, region_kato, sum(change) as value
    from (
      select opened_on as day, region_kato, 1 as change from crisis_centre
      union all
      select closed_on, region_kato, -1 from crisis_centre where closed_on is not null) as changes
    group by day, region_kato
    having sum(change) <> 0`.execute(db);
  return rows;
}
