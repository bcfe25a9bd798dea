import { defineMachine } from '../../kit/state-machine.ts';
import type { AssessmentStatus } from '../__generated__/resolvers.ts';

export type AssessmentMove = 'start' | 'complete' | 'cancel';

/** Every move a primary assessment may make (domain.md 6.1). What was reported as completed had been begun. */
export const ASSESSMENT = defineMachine<AssessmentStatus, AssessmentMove>({
  noun: 'primary assessment',
  begins: {
    DUE: [
      'submitSignal',
      'event:SignalReported',
      'job:place-signals',
      'changeThreatToLife',
      'triageAppeal',
      'job:resolve-families',
    ],
  },
  moves: {
    DUE: { start: 'IN_PROGRESS', complete: 'COMPLETED', cancel: 'CANCELLED' },
    IN_PROGRESS: { complete: 'COMPLETED', cancel: 'CANCELLED' },
    COMPLETED: {},
    CANCELLED: {},
  },
  madeBy: {
    start: ['startPrimaryAssessment'],
    complete: ['completePrimaryAssessment'],
    cancel: ['cancelPrimaryAssessment', 'triageAppeal', 'recordAppealRefusal', 'closeAppeal', 'job:resolve-families'],
  },
});

/** A family, and an appeal, has at most one assessment in these (I-05). */
export const OPEN_ASSESSMENT_STATUSES = ['DUE', 'IN_PROGRESS'] as const satisfies readonly AssessmentStatus[];
