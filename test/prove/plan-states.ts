import { moveByFact } from '../../subgraphs/centres/rules/fact-moves.ts';
import {
  correctMeasure,
  isFinished,
  MEASURE_STATUSES,
  moveMeasure,
  type MeasureStatus,
  reportMeasure,
  REPORTABLE_STATUSES,
} from '../../subgraphs/centres/rules/measure-state.ts';
import { checkOtherBody, numberOverrides } from '../../subgraphs/centres/rules/plan-draft.ts';
import { ENDED_BY, type EndingGround, endPlanOn } from '../../subgraphs/centres/rules/plan-ending.ts';
import { checkApprover } from '../../subgraphs/centres/rules/plan-signing.ts';
import {
  CURRENT_PLAN_STATUSES,
  movePlan,
  PLAN_STATUSES_IN_FORCE,
  type PlanStatus,
} from '../../subgraphs/centres/rules/plan-state.ts';

// Every state that two families with four measures at three bodies can come to, by the tables and rules of the commands
// themselves, and what must hold in each of them (domain.md 6.2). No database: what a rule lets through happens.

type Signer = 'case manager' | 'head';

interface Plan {
  readonly status: PlanStatus;
  /** Under the newest version. */
  readonly signedBy: Signer | null;
  readonly familySigned: boolean;
  readonly inForce: boolean;
  readonly result: 'STILL_D_OR_E' | 'UNCHANGED_BUT_SAFE' | null;
}

interface Measure {
  readonly status: MeasureStatus;
  readonly body: number;
  /** What the revision that is under way means to do with it: leave it, cancel it, or give it to that body. */
  readonly wanted: 'KEEP' | 'CANCEL' | number;
}

interface Family {
  readonly plan: Plan | null;
  /** Of one kind and for one person, so that nothing but their bodies tells them apart (I-11). */
  readonly measures: readonly (Measure | null)[];
}

export interface Exploration {
  /** States of one family, and of all families together. */
  readonly familyStates: number;
  readonly states: number;
  readonly transitions: number;
  /** What was found broken; empty when all invariants hold in every state. */
  readonly violations: readonly string[];
}

export interface Size {
  readonly bodies: number;
  readonly measuresPerFamily: number;
  /** Whether wrong reports are corrected and measures given to other bodies: many more states. */
  readonly corrections: boolean;
}

const FRESH: Omit<Plan, 'status'> = { signedBy: null, familySigned: false, inForce: false, result: null };
const NOW = Temporal.Instant.from('2025-10-10T08:00:00Z');
const isOpen = (measure: Measure | null): measure is Measure => measure !== null && !isFinished(measure.status);
const bodyOf = (body: number) => `body ${body}`;

/** The measures that are open, as the rules take them. */
function listOpen(measures: Family['measures']) {
  return measures.flatMap((measure, index) =>
    isOpen(measure)
      ? [
          {
            id: String(index),
            kind: 'LEGAL',
            beneficiaryId: null,
            organisationId: bodyOf(measure.body),
            overrideNumber: 0,
          },
        ]
      : [],
  );
}

function wantedOf(body: number) {
  const nothing = { beneficiaryPersonId: null, otherDescription: null, overrideReason: null };
  return { ...nothing, kind: 'LEGAL', organisationId: bodyOf(body), dueDate: '2026-01-01' };
}

const isIncluded = <Value>(values: readonly Value[], value: Value) => values.includes(value);

/** Where a family can go from here in one step. */
function* stepsOf(family: Family, size: Size): Generator<Family> {
  const { plan, measures } = family;
  yield* begin(family, size);
  if (!plan) return;
  const entity = { id: 'plan', status: plan.status };
  const withPlan = (change: Partial<Plan>, changed = measures): Family => ({
    plan: { ...plan, ...change },
    measures: changed,
  });

  const submitted = movePlan(entity, 'submit');
  if (submitted.ok && measures.some(isOpen)) yield withPlan({ status: submitted.value });

  yield* sign(plan, withPlan);
  const approved = movePlan(entity, 'approve');
  if (approved.ok && plan.signedBy && plan.familySigned) {
    const head = { id: 'head', centreId: 'centre', post: 'DIRECTOR' };
    const lawful = checkApprover({ id: 'plan' }, head, plan.signedBy);
    const changed = approveMeasures(measures);
    if (lawful.ok && changed) yield withPlan({ status: approved.value, inForce: true }, changed);
  }
  const returned = movePlan(entity, 'return');
  if (returned.ok && plan.signedBy && plan.familySigned) yield withPlan({ status: returned.value, ...unsigned });

  const revised = movePlan(entity, plan.status === 'ACTIVE' ? 'revise' : 'change');
  if (revised.ok) {
    for (const changed of revisions(plan, measures, size))
      yield withPlan({ status: revised.value, ...unsigned }, changed);
  }
  const facts = {
    measures: measures.flatMap((measure) => (measure ? [{ bodyKind: 'HEALTH', status: measure.status }] : [])),
    warnings: 1,
  };
  for (const ground of Object.keys(ENDED_BY) as EndingGround[]) {
    const ended = endPlanOn(entity, ground, facts);
    if (ended.ok) yield withPlan({ status: ended.value }, cancelAll(measures));
  }
  const expired = movePlan(entity, 'expire');
  if (expired.ok) {
    const changed = measures.map((measure) => (measure?.status === 'PLANNED' ? cancel(measure) : keep(measure)));
    yield withPlan({ status: expired.value, ...unsigned }, changed);
  }
  const evaluated = movePlan(entity, 'evaluate');
  if (evaluated.ok) {
    for (const result of ['STILL_D_OR_E', 'UNCHANGED_BUT_SAFE'] as const) {
      yield withPlan({ status: evaluated.value, result }, cancelAll(measures));
    }
  }
  for (const changed of measureSteps(plan, measures, size)) yield withPlan({}, changed);
}

const unsigned = { signedBy: null, familySigned: false } as const;

/** A new plan where none is current (I-01): ordinary, or with a mobile group after an evaluated one (I-16). */
function* begin({ plan }: Family, { bodies, measuresPerFamily }: Size): Generator<Family> {
  if (plan && isIncluded<PlanStatus>(CURRENT_PLAN_STATUSES, plan.status)) return;
  for (const chosen of chooseBodies(bodies, measuresPerFamily)) {
    if (!numberOverrides(chosen.map(wantedOf), []).ok) continue;
    const measures = Array.from({ length: measuresPerFamily }, (_, index): Measure | null => {
      const body = chosen[index];
      return body === undefined ? null : { status: 'PLANNED', body, wanted: 'KEEP' };
    });
    yield { plan: { ...FRESH, status: 'DRAFT' }, measures };
  }
}

/** Up to so many measures, each at any body. */
function chooseBodies(bodies: number, most: number): number[][] {
  const lists: number[][] = [[]];
  for (const list of lists) {
    if (list.length < most) for (let body = 0; body < bodies; body += 1) lists.push([...list, body]);
  }
  return lists;
}

function* sign(plan: Plan, withPlan: (change: Partial<Plan>) => Family): Generator<Family> {
  const next = plan.status === 'UNDER_REVISION' ? null : movePlan({ id: 'plan', status: plan.status }, 'signedByAll');
  if (next && !next.ok) return;
  const complete = (other: boolean) => (other && next ? { status: next.value } : {});
  if (!plan.familySigned) yield withPlan({ familySigned: true, ...complete(plan.signedBy !== null) });
  if (plan.signedBy) return;
  for (const signedBy of ['case manager', 'head'] as const)
    yield withPlan({ signedBy, ...complete(plan.familySigned) });
}

/** What an approval makes of the measures; null when it is refused because they no longer fit. */
function approveMeasures(measures: Family['measures']): Family['measures'] | null {
  const left = measures.map((measure) =>
    measure && measure.wanted === 'CANCEL' && isOpen(measure) ? cancel(measure) : measure,
  );
  for (const [index, measure] of left.entries()) {
    if (!isOpen(measure) || typeof measure.wanted !== 'number') continue;
    const [own] = listOpen(left).filter(({ id }) => id === String(index));
    if (own && !checkOtherBody(own, bodyOf(measure.wanted), listOpen(left), []).ok) return null;
    const sent = moveMeasure({ id: '', status: measure.status }, 'resend');
    if (sent.ok) left[index] = { status: sent.value, body: measure.wanted, wanted: 'KEEP' };
  }
  return left.map((measure) => {
    const sent = measure && moveMeasure({ id: '', status: measure.status }, 'send');
    return measure && sent?.ok ? { ...measure, status: sent.value, wanted: 'KEEP' } : keep(measure);
  });
}

/** Each single change that a revision can make: cancel one, give one to another body, add one. */
function* revisions(plan: Plan, measures: Family['measures'], { bodies }: Size): Generator<Family['measures']> {
  const replace = (index: number, measure: Measure) => measures.map((other, at) => (at === index ? measure : other));
  for (const [index, measure] of measures.entries()) {
    if (measure === null) {
      for (let body = 0; body < bodies; body += 1) {
        if (numberOverrides([wantedOf(body)], listOpen(measures)).ok) {
          yield replace(index, { status: 'PLANNED', body, wanted: 'KEEP' });
        }
      }
      continue;
    }
    if (!isOpen(measure) || measure.wanted !== 'KEEP') continue;
    const others = measures.filter(
      (other, at) => at !== index && other && other.status !== 'CANCELLED' && other.wanted !== 'CANCEL',
    );
    if (!plan.inForce || others.length > 0) {
      yield replace(index, measure.status === 'PLANNED' ? cancel(measure) : { ...measure, wanted: 'CANCEL' });
    }
    const [own] = listOpen(measures).filter(({ id }) => id === String(index));
    for (let body = 0; body < bodies; body += 1) {
      if (body === measure.body || !own || !checkOtherBody(own, bodyOf(body), listOpen(measures), []).ok) continue;
      yield replace(index, measure.status === 'PLANNED' ? { ...measure, body } : { ...measure, wanted: body });
    }
  }
}

/** What happens to one measure: a report of its body, a fact of its body or of another, a correction, another body. */
function* measureSteps(plan: Plan, measures: Family['measures'], size: Size): Generator<Family['measures']> {
  const inForce = PLAN_STATUSES_IN_FORCE.includes(plan.status);
  for (const [index, measure] of measures.entries()) {
    if (!measure) continue;
    const become = (change: Partial<Measure>) =>
      measures.map((other, at) => (at === index ? { ...measure, ...change } : other));
    const entity = { id: String(index), status: measure.status };
    for (const status of inForce ? REPORTABLE_STATUSES : []) {
      const steps = reportMeasure(entity, status, 'reason');
      if (steps.ok) yield become({ status: steps.value.at(-1) ?? measure.status });
    }
    for (const organisationId of [bodyOf(measure.body), bodyOf(measure.body + 1)]) {
      for (const state of ['BOOKED', 'ATTENDED', 'MISSED']) {
        const moved = moveByFact(
          {
            measure: { ...entity, organisationId: bodyOf(measure.body) },
            plan: { status: plan.status },
            sentAt: NOW,
            sameFamily: true,
          },
          { evidenceKind: 'MEDICAL_APPOINTMENT', state, organisationId, at: NOW.toString(), note: null },
          NOW,
        );
        const last = moved.steps.at(-1);
        if (last) yield become({ status: last });
      }
    }
    if (!size.corrections) continue;
    const open = listOpen(measures);
    const own = {
      id: entity.id,
      kind: 'LEGAL',
      beneficiaryId: null,
      organisationId: bodyOf(measure.body),
      overrideNumber: 0,
    };
    for (const status of MEASURE_STATUSES) {
      const corrected = correctMeasure(entity, status, inForce);
      if (!corrected.ok) continue;
      if (isFinished(status) || checkOtherBody(own, own.organisationId, open, []).ok) yield become({ status });
    }
    const resent = moveMeasure(entity, 'resend');
    if (!inForce || !resent.ok) continue;
    for (let body = 0; body < size.bodies; body += 1) {
      if (checkOtherBody(own, bodyOf(body), open, []).ok) yield become({ status: resent.value, body });
    }
  }
}

function cancel(measure: Measure): Measure {
  const next = moveMeasure({ id: '', status: measure.status }, 'cancel');
  return { ...measure, status: next.ok ? next.value : measure.status, wanted: 'KEEP' };
}

function keep(measure: Measure | null): Measure | null {
  return measure && { ...measure, wanted: 'KEEP' };
}

function cancelAll(measures: Family['measures']): Family['measures'] {
  return measures.map((measure) => (isOpen(measure) ? cancel(measure) : keep(measure)));
}

/** Which invariants a family's state breaks, by id. */
function findBroken({ plan, measures }: Family): string[] {
  if (!plan) return [];
  const broken: string[] = [];
  const holds = (id: string, held: boolean) => {
    if (!held) broken.push(id);
  };
  const there = measures.filter((measure) => measure !== null);
  const inForce = PLAN_STATUSES_IN_FORCE.includes(plan.status);
  const current = isIncluded<PlanStatus>(CURRENT_PLAN_STATUSES, plan.status);
  const open = there.filter(isOpen);
  holds('I-06', !inForce || there.some(({ status }) => status !== 'PLANNED' && status !== 'CANCELLED'));
  holds('I-06', !['AWAITING_SIGNATURES', 'AWAITING_APPROVAL'].includes(plan.status) || open.length > 0);
  holds('I-08', plan.status !== 'DRAFT' || (!plan.signedBy && !plan.familySigned));
  holds(
    'I-08',
    !['AWAITING_APPROVAL', 'ACTIVE'].includes(plan.status) || (plan.signedBy !== null && plan.familySigned),
  );
  holds('I-09', plan.status !== 'ACTIVE' || plan.signedBy === 'case manager');
  holds('I-11', new Set(open.map(({ body }) => body)).size === open.length);
  holds('I-16', plan.result === null || plan.status === 'EVALUATED');
  holds('I-24', inForce === (plan.inForce && current && plan.status !== 'EXPIRED'));
  holds('I-24', plan.inForce || there.every(({ status }) => status === 'PLANNED' || status === 'CANCELLED'));
  holds('I-24', current || open.length === 0);
  holds('I-24', plan.status === 'UNDER_REVISION' || there.every(({ wanted }) => wanted === 'KEEP'));
  holds('I-24', !['ACTIVE', 'EXPIRED'].includes(plan.status) || there.every(({ status }) => status !== 'PLANNED'));
  return broken;
}

/** The same for two states that differ only in the order of the measures, which are of one kind and for one person. */
function nameOf({ plan, measures }: Family): string {
  return JSON.stringify([plan, measures.map((measure) => JSON.stringify(measure)).toSorted()]);
}

/** States of one family, numbered as they are found, and from each where it leads. */
function exploreFamily(size: Size): { families: Family[]; next: number[][] } {
  const start: Family = { plan: null, measures: Array.from({ length: size.measuresPerFamily }, () => null) };
  const known = new Map([[nameOf(start), 0]]);
  const families = [start];
  const next: number[][] = [];
  for (const family of families) {
    const targets = new Set<number>();
    for (const reached of stepsOf(family, size)) {
      const key = nameOf(reached);
      const found = known.get(key) ?? families.push(reached) - 1;
      known.set(key, found);
      targets.add(found);
    }
    next.push([...targets]);
  }
  return { families, next };
}

/** All states of one family alone, with everything that can happen to its plan. */
export function exploreFamilyStates(size: Size): Exploration {
  const { families, next } = exploreFamily(size);
  const violations = families.flatMap((family) => findBroken(family).map((id) => `${id}: ${JSON.stringify(family)}`));
  const transitions = next.reduce((sum, targets) => sum + targets.length, 0);
  return { familyStates: families.length, states: families.length, transitions, violations: violations.slice(0, 20) };
}

/** Walks through all states of two families together: any of them takes the next step. */
export function explorePlanStates(size: Size): Exploration {
  const { families, next } = exploreFamily(size);
  const broken = families.map(findBroken);
  const violations = new Set<string>();
  const count = families.length;
  const seen = new Uint8Array(count * count);
  const waiting = new Uint32Array(count * count);
  let height = 1;
  seen[0] = 1;
  let states = 0;
  let transitions = 0;
  while (height > 0) {
    height -= 1;
    const state = waiting[height] ?? 0;
    states += 1;
    const [one, other] = [Math.trunc(state / count), state % count];
    for (const id of [...(broken[one] ?? []), ...(broken[other] ?? [])]) {
      if (violations.size < 20) violations.add(`${id}: ${JSON.stringify([families[one], families[other]])}`);
    }
    const reach = (target: number) => {
      transitions += 1;
      if (seen[target]) return;
      seen[target] = 1;
      waiting[height] = target;
      height += 1;
    };
    for (const target of next[one] ?? []) reach(target * count + other);
    for (const target of next[other] ?? []) reach(one * count + target);
  }
  return { familyStates: count, states, transitions, violations: [...violations] };
}

/** Three bodies; together two families with two measures each, one of them alone also with corrections and other bodies. */
export const FULL_SIZE = {
  together: { bodies: 3, measuresPerFamily: 2, corrections: false },
  alone: { bodies: 3, measuresPerFamily: 2, corrections: true },
} as const satisfies Record<string, Size>;
export const CI_SIZE = {
  together: { bodies: 3, measuresPerFamily: 1, corrections: true },
  alone: { bodies: 3, measuresPerFamily: 2, corrections: false },
} as const satisfies Record<string, Size>;
