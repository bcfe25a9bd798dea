import { defineMachine } from '../../kit/state-machine.ts';
import type { MobileCaseStatus } from '../__generated__/resolvers.ts';

export type MobileCaseMove = 'assign' | 'visit' | 'handOver' | 'needNoSupport' | 'close' | 'join';

/** Every move of a case of a mobile group (domain.md 6.1). A further visit is stored and moves nothing. */
export const MOBILE_CASE = defineMachine<MobileCaseStatus, MobileCaseMove>({
  noun: 'mobile group case',
  begins: { REGISTERED: ['event:SignalReported', 'submitSignal', 'changeThreatToLife', 'syncMobileVisits'] },
  moves: {
    REGISTERED: { assign: 'ASSIGNED', join: 'CLOSED' },
    ASSIGNED: { visit: 'VISITED' },
    VISITED: { handOver: 'HANDED_TO_CENTRE', needNoSupport: 'NO_SUPPORT_NEEDED' },
    HANDED_TO_CENTRE: { close: 'CLOSED' },
    NO_SUPPORT_NEEDED: { close: 'CLOSED' },
    CLOSED: {},
  },
  madeBy: {
    // A group that goes out takes up what nobody was given yet.
    assign: ['assignMobileGroupCase', 'syncMobileVisits'],
    visit: ['syncMobileVisits'],
    handOver: ['concludeMobileGroupCase'],
    needNoSupport: ['concludeMobileGroupCase'],
    close: ['closeMobileGroupCase'],
    // Two appeals turned out to be of one family, and a group is at the other case.
    join: ['job:resolve-families'],
  },
});
