import { allow, type Decision, refuse } from '../../kit/refusal.ts';

export type EmploymentStatus = 'NOT_REGISTERED' | 'REGISTERED_UNEMPLOYED' | 'IN_TRAINING' | 'EMPLOYED';

/** Whoever is EMPLOYED found work on a day, and nobody else did; any state may follow any other, for work is found and lost. */
export function checkEmployment(
  { status, jobFoundAt }: { status: EmploymentStatus; jobFoundAt: string | null },
  today: string,
): Decision {
  const path = ['input', 'jobFoundAt'];
  if ((status === 'EMPLOYED') !== (jobFoundAt !== null)) {
    return refuse(
      'INVALID_INPUT',
      'The day on which work was found must be given with status EMPLOYED and with no other.',
      { path },
    );
  }
  if (jobFoundAt !== null && jobFoundAt > today) {
    return refuse('INVALID_INPUT', 'The day on which work was found must have come.', { path });
  }
  return allow();
}
