import { allow, type Decision, refuse } from './refusal.ts';

/** From each status, the moves that it allows and where they lead. A pair that is missing is refused. */
export type Moves<Status extends string, Move extends string> = Readonly<
  Record<Status, Readonly<Partial<Record<Move, Status>>>>
>;

/** The life of one kind of thing as a table (domain.md 6.1): every arrow has a command, an event or a job that makes it (decision C1). */
export interface StateMachine<Status extends string = string, Move extends string = string> {
  /** What it is about, as in "A plan in state …". */
  readonly noun: string;
  /** The status in which a thing begins, with what creates it. */
  readonly begins: Readonly<Partial<Record<Status, readonly Maker[]>>>;
  readonly moves: Moves<Status, Move>;
  readonly madeBy: Readonly<Record<Move, readonly Maker[]>>;
}

/** `createPlan` is a command of this agency, `event:SignalReported` what it is told, `job:expire-plans` what it does by itself. */
export type Maker = string;

/** Checks nothing by itself; test/conformance/state-machines.test.ts checks all of them. */
export function defineMachine<Status extends string, Move extends string>(
  machine: StateMachine<Status, Move>,
): StateMachine<Status, Move> {
  return machine;
}

/** Where the move leads, or INVALID_STATE with the state and what it allows (I-24). */
export function move<Status extends string, Move extends string>(
  machine: StateMachine<Status, Move>,
  entity: { readonly id: string; readonly status: Status },
  name: NoInfer<Move>,
): Decision<Status> {
  const allowed: Readonly<Partial<Record<Move, Status>>> = machine.moves[entity.status];
  const next = allowed[name];
  if (next) return allow(next);
  return refuse(
    'INVALID_STATE',
    `A ${machine.noun} in state ${entity.status} allows ${Object.keys(allowed).join(', ') || 'nothing more'}, not ${name}.`,
    { entityId: entity.id, currentState: entity.status },
  );
}
