import { defineMachine } from '../../kit/state-machine.ts';

/** A notice about an admission with minors, as the police see it (Rules p.26): its whole life is the centres'. */
export const LAW_ENFORCEMENT_NOTICE = defineMachine<'RECEIVED' | 'ACKNOWLEDGED', 'acknowledge'>({
  noun: 'notice to law enforcement',
  begins: { RECEIVED: ['event:NoticeSent'] },
  moves: { RECEIVED: { acknowledge: 'ACKNOWLEDGED' }, ACKNOWLEDGED: {} },
  madeBy: { acknowledge: ['acknowledgeLawEnforcementNotice'] },
});
