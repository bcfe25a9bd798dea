import type { AppealStatus } from '../__generated__/resolvers.ts';
import { defineMachine } from '../../kit/state-machine.ts';

export type AppealMove =
  | 'triage'
  | 'consult'
  | 'redirect'
  | 'assess'
  | 'stopAssessing'
  | 'notRecognise'
  | 'openPlan'
  | 'refuse'
  | 'giveUp'
  | 'close'
  | 'closeWithPlan'
  | 'merge'
  | 'reopen';

const SIGNALLED = ['submitSignal', 'event:SignalReported', 'job:place-signals'] as const;

/**
 * Every move an appeal may make (domain.md 6.1). What was decided without a plan is opened again by a new signal, closed or
 * not; a threat to life brings it back into assessment from wherever nobody is working on it.
 */
export const APPEAL = defineMachine<AppealStatus, AppealMove>({
  noun: 'appeal',
  begins: { REGISTERED: SIGNALLED },
  moves: {
    REGISTERED: {
      triage: 'TRIAGED',
      assess: 'IN_ASSESSMENT',
      refuse: 'REFUSED',
      giveUp: 'UNREACHABLE',
      merge: 'CLOSED',
    },
    TRIAGED: {
      consult: 'CONSULTED',
      redirect: 'REDIRECTED',
      assess: 'IN_ASSESSMENT',
      refuse: 'REFUSED',
      giveUp: 'UNREACHABLE',
      merge: 'CLOSED',
      reopen: 'REGISTERED',
    },
    CONSULTED: {
      redirect: 'REDIRECTED',
      assess: 'IN_ASSESSMENT',
      refuse: 'REFUSED',
      giveUp: 'UNREACHABLE',
      close: 'CLOSED',
      merge: 'CLOSED',
      reopen: 'REGISTERED',
    },
    REDIRECTED: {
      assess: 'IN_ASSESSMENT',
      refuse: 'REFUSED',
      giveUp: 'UNREACHABLE',
      close: 'CLOSED',
      merge: 'CLOSED',
      reopen: 'REGISTERED',
    },
    IN_ASSESSMENT: {
      stopAssessing: 'TRIAGED',
      notRecognise: 'NOT_IN_DIFFICULT_SITUATION',
      openPlan: 'PLAN_OPENED',
      refuse: 'REFUSED',
      giveUp: 'UNREACHABLE',
      merge: 'CLOSED',
    },
    NOT_IN_DIFFICULT_SITUATION: { assess: 'IN_ASSESSMENT', close: 'CLOSED', merge: 'CLOSED', reopen: 'REGISTERED' },
    PLAN_OPENED: { closeWithPlan: 'CLOSED' },
    REFUSED: { assess: 'IN_ASSESSMENT', close: 'CLOSED', merge: 'CLOSED', reopen: 'REGISTERED' },
    UNREACHABLE: {
      consult: 'CONSULTED',
      assess: 'IN_ASSESSMENT',
      refuse: 'REFUSED',
      close: 'CLOSED',
      merge: 'CLOSED',
      reopen: 'REGISTERED',
    },
    CLOSED: { reopen: 'REGISTERED' },
  },
  madeBy: {
    triage: ['triageAppeal'],
    consult: ['triageAppeal', 'recordConsultation', 'cancelPrimaryAssessment'],
    redirect: ['triageAppeal', 'cancelPrimaryAssessment'],
    assess: ['triageAppeal', 'startPrimaryAssessment', 'completePrimaryAssessment', 'changeThreatToLife'],
    stopAssessing: ['cancelPrimaryAssessment'],
    notRecognise: ['completePrimaryAssessment'],
    openPlan: ['createPlan'],
    refuse: ['recordAppealRefusal', 'cancelPrimaryAssessment'],
    giveUp: ['recordContactAttempt'],
    close: ['closeAppeal'],
    closeWithPlan: ['closePlan', 'refuseAccompaniment', 'evaluatePlan', 'closeAppeal'],
    merge: ['job:resolve-families'],
    reopen: [...SIGNALLED, 'job:resolve-families', 'event:PersonsUnmerged'],
  },
});
