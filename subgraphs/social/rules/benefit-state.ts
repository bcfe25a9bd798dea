import { defineMachine, move } from '../../kit/state-machine.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { BENEFIT_CODES } from './benefit-codes.ts';

export type BenefitStatus = 'ACTIVE' | 'SUSPENDED' | 'ENDED';
export type BenefitMove = 'suspend' | 'resume' | 'end';

/** The life of an award of state support. ENDED is final: who is entitled again gets another award. */
export const BENEFIT = defineMachine<BenefitStatus, BenefitMove>({
  noun: 'benefit award',
  begins: { ACTIVE: ['awardBenefit'] },
  moves: {
    ACTIVE: { suspend: 'SUSPENDED', end: 'ENDED' },
    SUSPENDED: { resume: 'ACTIVE', end: 'ENDED' },
    ENDED: {},
  },
  madeBy: {
    suspend: ['changeBenefitStatus'],
    resume: ['changeBenefitStatus'],
    end: ['changeBenefitStatus', 'awardBenefit', 'job:end-benefits'],
  },
});

/** The move that leads to a status, whatever the present one is. */
export const BENEFIT_MOVE_TO: Readonly<Record<BenefitStatus, BenefitMove>> = {
  ACTIVE: 'resume',
  SUSPENDED: 'suspend',
  ENDED: 'end',
};

/** What an award must be to be made: a code of the reference table and a period that is one. */
export function checkAward(award: { code: string; from: string; to: string | null }): Decision {
  if (!BENEFIT_CODES.some(({ code }) => code === award.code)) {
    return refuse('INVALID_INPUT', 'The code must be one of the reference table of benefits.', {
      path: ['input', 'code'],
    });
  }
  if (award.to !== null && award.to < award.from) {
    return refuse('INVALID_INPUT', 'The last day of entitlement must not precede the first.', {
      path: ['input', 'to'],
    });
  }
  return allow();
}

/** Whether the last day of entitlement is over; such an award ends by itself, and is neither resumed nor in the way of another. */
export function hasRunOut({ endsOn }: { endsOn: string | null }, today: Temporal.PlainDate): boolean {
  return endsOn !== null && endsOn < today.toString();
}

/** What becomes of an award that has run out, which keeps its last day; null when it has not, or has ended before. */
export function endRunOut(
  award: { id: string; status: BenefitStatus; endsOn: string | null; version: number },
  today: Temporal.PlainDate,
): { status: BenefitStatus; version: number } | null {
  const next = move(BENEFIT, award, 'end');
  return next.ok && hasRunOut(award, today) ? { status: next.value, version: award.version + 1 } : null;
}

/**
 * The last day of entitlement once the award ends on a day, which is the first without it; an award always has its first
 * day, and does not come to life again for days that it never had.
 */
export function lastDayOfEntitlement(award: { startsOn: string; endsOn: string | null }, endedFrom: string): string {
  const dayBefore = Temporal.PlainDate.from(endedFrom).subtract({ days: 1 }).toString();
  const last = award.endsOn !== null && award.endsOn < dayBefore ? award.endsOn : dayBefore;
  return last < award.startsOn ? award.startsOn : last;
}
