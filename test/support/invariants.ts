import { sql } from 'kysely';
import type { Agency } from '../../schema/subgraphs.ts';
import { MEASURE } from '../../subgraphs/centres/rules/measure-state.ts';
import { movePlan, PLAN_STATUSES, type PlanMove } from '../../subgraphs/centres/rules/plan-state.ts';
import type { World } from './world.ts';

/** What must hold of the agencies' records at any time (domain.md 6.2), as a search for what breaks it. */
export interface Invariant {
  readonly id: string;
  readonly title: string;
  /** Rows that break it; none when it holds. */
  readonly find: (world: World) => Promise<readonly unknown[]>;
}

/** Rows of an agency's own tables. */
async function rowsOf(world: World, agency: Agency, query: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql.raw(query).execute(world.sql(agency));
  return rows as Record<string, unknown>[];
}

const inTables = (id: string, title: string, agency: Agency, query: string): Invariant => ({
  id,
  title,
  find: (world) => rowsOf(world, agency, `${query} limit 5`),
});

/** Ids that the first query finds and the second does not. */
const onlyIn = (
  id: string,
  title: string,
  [first, firstQuery]: [Agency, string],
  [second, secondQuery]: [Agency, string],
): Invariant => ({
  id,
  title,
  find: async (world) => {
    const known = new Set((await rowsOf(world, second, secondQuery)).map((row) => JSON.stringify(row)));
    return (await rowsOf(world, first, firstQuery)).filter((row) => !known.has(JSON.stringify(row))).slice(0, 5);
  },
});

const CURRENT_PLANS = "('DRAFT', 'AWAITING_SIGNATURES', 'AWAITING_APPROVAL', 'ACTIVE', 'UNDER_REVISION', 'EXPIRED')";
const OPEN_MEASURES = "('PLANNED', 'SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS')";

/** Lawful steps as SQL values: the transition tables of the rules, walked. */
function lawfulPlanSteps(): string {
  const moves = 'submit change signedByAll return approve revise complete terminate expire evaluate'.split(' ');
  const steps = PLAN_STATUSES.flatMap((status) =>
    moves.flatMap((move) => {
      const next = movePlan({ id: '', status }, move as PlanMove);
      return next.ok ? [`('${status}', '${next.value}')`] : [];
    }),
  );
  return steps.join(', ');
}

function lawfulMeasureSteps(): string {
  const steps = Object.entries(MEASURE.moves).flatMap(([from, moves]) =>
    Object.entries(moves).map(([name, to]) => `('${from}', '${to}', ${name.startsWith('correct')})`),
  );
  return steps.join(', ');
}

export const INVARIANTS: readonly Invariant[] = [
  inTables(
    'I-01',
    'a family has at most one current plan',
    'centres',
    `select family_id from individual_plan where status in ${CURRENT_PLANS} group by family_id having count(*) > 1`,
  ),
  inTables(
    'I-02',
    'a person is in one family now',
    'social',
    'select person_id from family_membership where until is null group by person_id having count(*) > 1',
  ),
  inTables(
    'I-03',
    'an IIN belongs to one confirmed person',
    'social',
    "select iin from person where identity_status = 'CONFIRMED' and merged_into is null group by iin having count(*) > 1",
  ),
  inTables(
    'I-04',
    'a record of a source system is one signal',
    'centres',
    'select source_system, source_record_id from signal where source_record_id is not null group by 1, 2 having count(*) > 1',
  ),
  inTables(
    'I-05',
    'a family has at most one open primary assessment',
    'centres',
    `select family_id from primary_assessment where status in ('DUE', 'IN_PROGRESS') and family_id is not null
     group by family_id having count(*) > 1`,
  ),
  inTables(
    'domain.md 6.3',
    'a family, and a person without one, has at most one open appeal',
    'centres',
    `select coalesce(family_id, applicant_id) from appeal where status <> 'CLOSED' and coalesce(family_id, applicant_id) is not null
     group by 1 having count(*) > 1`,
  ),
  inTables(
    'domain.md 6.1',
    'a signal that was placed is in an appeal, and no other is',
    'centres',
    `select s.id from signal s left join appeal a on a.id = s.appeal_id
     where (s.status in ('LINKED', 'NEW_APPEAL')) <> (a.id is not null)`,
  ),
  inTables(
    'I-06',
    'an approved plan has one to twelve measures (decision D2)',
    'centres',
    `select p.id from individual_plan p left join plan_measure m on m.plan_id = p.id
     where p.approved_at is not null group by p.id having count(m.id) not between 1 and 12`,
  ),
  inTables(
    'I-07',
    'a plan lasts a year at most and every measure that is sent is due in it',
    'centres',
    `select m.id from plan_measure m join individual_plan p on p.id = m.plan_id
     where m.status not in ('PLANNED', 'CANCELLED')
       and not (m.due_date between p.start_date and p.end_date and p.end_date <= p.start_date + interval '1 year')`,
  ),
  inTables(
    'I-07',
    'every measure of a version is due within its dates',
    'centres',
    `select v.plan_id from plan_version v, jsonb_to_recordset(v.measures) as m("dueDate" date)
     where not m."dueDate" between v.start_date and v.end_date`,
  ),
  inTables(
    'R-035',
    'every version of a plan is kept, and the plan has the dates of the one in force',
    'centres',
    `select p.id from individual_plan p where p.version <> (select count(*) from plan_version v where v.plan_id = p.id)
     union all select p.id from individual_plan p
     join plan_version v on v.plan_id = p.id and v.version = coalesce(p.version_in_force, p.version)
     where (v.start_date, v.end_date) <> (p.start_date, p.end_date)`,
  ),
  inTables(
    'I-08',
    'the version in force was signed by both parties before its approval',
    'centres',
    `select p.id from individual_plan p
     left join plan_signature s on s.plan_id = p.id and s.plan_version = p.version_in_force and s.signed_at <= p.approved_at
     where p.approved_at is not null group by p.id having count(distinct s.party) <> 2`,
  ),
  inTables(
    'I-09',
    'the head of the lead centre approved, and is not who signed',
    'centres',
    `select p.id from individual_plan p join employee e on e.id = p.approved_by_id
     left join plan_signature s on s.plan_id = p.id and s.party = 'CENTRE_EMPLOYEE' and s.employee_id = e.id
     where e.post <> 'DIRECTOR' or e.centre_id <> p.lead_centre_id or s.plan_id is not null`,
  ),
  inTables(
    'I-10',
    'the responsible body reported since it was sent to it, or somebody on its behalf',
    'centres',
    `select e.id from measure_status_entry e join plan_measure m on m.id = e.measure_id
     left join organisation o on o.id = m.organisation_id
     where e.status in ('ACCEPTED', 'DECLINED', 'IN_PROGRESS', 'DONE', 'NOT_DONE')
       and not e.on_behalf and e.by_organisation is distinct from o.title_ru
       and e.position > (select max(s.position) from measure_status_entry s where s.measure_id = e.measure_id and s.status = 'SENT')`,
  ),
  inTables(
    'I-11',
    'no open measure stands twice',
    'centres',
    `select family_id from plan_measure where status in ${OPEN_MEASURES}
     group by family_id, kind, beneficiary_id, organisation_id, override_number having count(*) > 1`,
  ),
  inTables(
    'I-12',
    'a person has one place in the country',
    'social',
    "select person_id from place_reservation where status in ('HELD', 'CONFIRMED') group by person_id having count(*) > 1",
  ),
  onlyIn(
    'I-12',
    'whoever lives at a centre has that place reserved (decision B4)',
    [
      'centres',
      `select r.person_id as person, r.centre_id as place from temporary_residence r where r.discharged_at is null
       union select m.person_id, r.centre_id from residence_minor m join temporary_residence r on r.id = m.residence_id
       where r.discharged_at is null`,
    ],
    ['social', "select person_id as person, place_id as place from place_reservation where status = 'CONFIRMED'"],
  ),
  onlyIn(
    'I-12',
    'whoever is in a crisis centre has that place reserved (decision B4)',
    [
      'social',
      'select person_id as person, crisis_centre_id as place from crisis_centre_placement where ends_on is null',
    ],
    ['social', "select person_id as person, place_id as place from place_reservation where status = 'CONFIRMED'"],
  ),
  inTables(
    'I-13',
    'a residence lasts a calendar month',
    'centres',
    `select id from temporary_residence
     where must_leave_by <> ((admitted_at at time zone 'Asia/Almaty')::date + interval '1 month')::date`,
  ),
  inTables(
    'I-14',
    'a residence with minors has exactly two notices, one without has none',
    'centres',
    `select r.id from temporary_residence r left join residence_minor m on m.residence_id = r.id
     left join residence_notice n on n.residence_id = r.id group by r.id
     having count(distinct n.recipient) <> (case when count(m.person_id) > 0 then 2 else 0 end)`,
  ),
  inTables(
    'R-016',
    'a centre gives shelter in its safe rooms, one for each stay',
    'centres',
    `select c.id from centre c join temporary_residence r on r.centre_id = c.id and r.discharged_at is null
     group by c.id, c.safe_rooms having count(*) > c.safe_rooms`,
  ),
  inTables(
    'R-063',
    'a stay on referral names its number, one on personal request has none',
    'centres',
    "select id from temporary_residence where (basis = 'PERSONAL_REQUEST') <> (referral_number is null)",
  ),
  inTables(
    'I-11',
    'a person has one active award of a code',
    'social',
    "select person_id from benefit_award where status = 'ACTIVE' group by person_id, code having count(*) > 1",
  ),
  {
    id: 'I-15',
    title: 'no aggressor is where the victim is',
    find: async (world) => {
      const [places, incidents] = await Promise.all([
        rowsOf(
          world,
          'social',
          "select person_id, place_id from place_reservation where status in ('HELD', 'CONFIRMED')",
        ),
        rowsOf(world, 'interior', 'select victim_id, aggressor_id from police_incident where aggressor_id is not null'),
      ]);
      const placeOf = new Map(places.map((row) => [row['person_id'], row['place_id']]));
      return incidents.filter((row) => {
        const place = placeOf.get(row['aggressor_id']);
        return place !== undefined && place === placeOf.get(row['victim_id']);
      });
    },
  },
  inTables(
    'I-16',
    'a restarted plan follows one that was evaluated as still in crisis',
    'centres',
    `select p.id from individual_plan p join individual_plan before on before.id = p.predecessor_id
     where before.status <> 'EVALUATED' or before.result <> 'STILL_D_OR_E' or p.mobile_group_id is null`,
  ),
  inTables(
    'I-17',
    'a mobile group went out in its year and district, with its members',
    'centres',
    `select v.id from mobile_visit v join mobile_group g on g.id = v.group_id join mobile_group_case c on c.id = v.case_id
     where g.status = 'DRAFT' or g.akim_order_date > (v.departed_at at time zone 'Asia/Almaty')::date
       or g.year <> extract(year from v.departed_at at time zone 'Asia/Almaty') or g.district_kato <> c.district_kato
       or not (v.present @> array['EDUCATION', 'HEALTH', 'INTERNAL_AFFAIRS'] or v.absence_explanation is not null)`,
  ),
  inTables(
    'I-18',
    'a child is interviewed once in a case, unless repetition is justified',
    'education',
    `select case_id from child_help_service where kind = 'INTERVIEW_WITH_SPECIALISTS' and repeat_justification is null
     group by case_id having count(*) > 1`,
  ),
  inTables(
    'I-22',
    'every family with an appeal has a lead centre, and its case manager, once named, works there',
    'centres',
    `select a.family_id from appeal a left join family_case f on f.family_id = a.family_id
     left join employee e on e.id = f.lead_case_manager_id
     where a.family_id is not null and (f.family_id is null
       or (f.lead_case_manager_id is not null and e.centre_id is distinct from f.lead_centre_id))`,
  ),
  onlyIn(
    'I-23',
    'every beneficiary of a plan is a confirmed person of that family',
    [
      'centres',
      'select distinct family_id as family, beneficiary_id as person from plan_measure where beneficiary_id is not null',
    ],
    [
      'social',
      `select m.family_id as family, m.person_id as person from family_membership m join person p on p.id = m.person_id
       where p.identity_status = 'CONFIRMED'`,
    ],
  ),
  inTables(
    'I-24',
    'plans went only along the lawful moves',
    'centres',
    `select h.plan_id from (
       select plan_id, status, lag(status) over (partition by plan_id order by at, position) as before from plan_history) h
     where h.before is not null and h.before <> h.status and (h.before, h.status) not in (values ${lawfulPlanSteps()})`,
  ),
  inTables(
    'I-24',
    'measures went only along the lawful steps',
    'centres',
    `select e.measure_id from (
       select measure_id, status, correction, lag(status) over (partition by measure_id order by position) as before
       from measure_status_entry) e
     where case when e.before is null then e.status <> 'PLANNED'
       else (e.before, e.status, e.correction) not in (values ${lawfulMeasureSteps()}) end`,
  ),
  inTables(
    'I-24',
    'a plan and a measure are in the state in which their history ends',
    'centres',
    `select p.id from individual_plan p where p.status <> (
       select h.status from plan_history h where h.plan_id = p.id order by h.at desc, h.position desc limit 1)
     union all select m.id from plan_measure m where m.status <> (
       select e.status from measure_status_entry e where e.measure_id = m.id order by e.position desc limit 1)`,
  ),
  inTables(
    'R-026',
    'a recognised difficult life situation has grounds',
    'centres',
    'select id from primary_assessment where recognised and cardinality(grounds) = 0',
  ),
  inTables(
    'R-040',
    'a finished measure tells when',
    'centres',
    `select id from plan_measure where (status in ('DONE', 'NOT_DONE', 'CANCELLED')) <> (finished_at is not null)`,
  ),
  inTables(
    'I-24',
    'what has ended has nothing open in it, and its appeal is closed',
    'centres',
    `select m.id from plan_measure m join individual_plan p on p.id = m.plan_id
     where p.status in ('COMPLETED', 'TERMINATED', 'EVALUATED') and m.status in ${OPEN_MEASURES}
     union all select a.id from appeal a join primary_assessment s on s.appeal_id = a.id
     join individual_plan p on p.assessment_id = s.id
     where p.status in ('COMPLETED', 'TERMINATED', 'EVALUATED') and a.status <> 'CLOSED'
       -- A new signal within 30 days opens it again.
       and a.reopened_at is null`,
  ),
  inTables(
    'DL-01',
    'every appeal has the deadline of its consultation, every assessment its own (DL-02, DL-03)',
    'centres',
    `select a.id from appeal a left join deadline d on d.entity_id = a.id and d.subject = 'CONSULTATION' and d.rule = 'DL-01'
     where d.entity_id is null
     union all select s.id from primary_assessment s join appeal a on a.id = s.appeal_id
     left join deadline d on d.entity_id = s.id and d.subject = 'ASSESSMENT'
       -- A threat shortens what is open; that it is lifted lengthens nothing.
       and (d.rule = 'DL-03' or (d.rule = 'DL-02' and not (a.threat_to_life and s.status in ('DUE', 'IN_PROGRESS'))))
     where d.entity_id is null`,
  ),
];
