import { z } from 'zod';
import { conflictWith } from '../../../kit/command.ts';
import { tell } from '../../../kit/events.ts';
import { entityId, idempotencyKey, optional } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { isOpposed } from '../../../kit/visible.ts';
import type { DischargeReason } from '../../__generated__/resolvers.ts';
import { createResidenceWriter } from '../../residence-store.ts';
import { checkDischarge } from '../../rules/residence-admission.ts';
import { RESIDENCE } from '../../rules/residence-state.ts';
import { createWriter } from '../../store.ts';
import {
  BY_CASE_LEADERS,
  type ResidenceAnswer,
  type ResidenceCommand,
  residentFacts,
  residentsGone,
} from './residence-answer.ts';

const DischargeInput = z.object({
  idempotencyKey,
  residenceId: entityId,
  expectedVersion: optional(z.int()),
  reason: z.custom<DischargeReason>(),
  at: z.custom<Temporal.Instant>(),
});

/**
 * The person leaves, the children with her or him: their places in the country are free again and the centre's standing
 * right to know of them ends. Notices that are still due stay due. Of other centres' stays nothing is told.
 */
export const dischargeFromTemporaryResidence: ResidenceCommand<z.output<typeof DischargeInput>> = {
  ...BY_CASE_LEADERS,
  name: 'dischargeFromTemporaryResidence',
  input: DischargeInput,
  read: async () => null,
  carryOut: async (trx, input, _, { caller, now }) => {
    const write = createResidenceWriter(trx);
    const residence = await write.lockResidence(input.residenceId);
    const employee = caller.kind === 'USER' ? await write.findEmployee(caller.userId) : undefined;
    if (
      caller.kind !== 'USER' ||
      !residence ||
      residence.centreId !== employee?.centreId ||
      (await isOpposed(kitPart(trx), { caller, now }, [residence.personId, ...(await write.listMinors(residence.id))]))
    ) {
      return refuse('NOT_FOUND', 'There must be such a residence.', { path: ['input', 'residenceId'] });
    }
    if (input.expectedVersion !== null && input.expectedVersion !== residence.version) {
      return conflictWith<ResidenceAnswer>(
        { residenceId: residence.id },
        {
          entityId: residence.id,
          expected: input.expectedVersion,
          version: residence.version,
          path: 'expectedVersion',
        },
      );
    }
    const status = residence.dischargedAt === null ? 'ADMITTED' : 'DISCHARGED';
    const next = move(RESIDENCE, { id: residence.id, status }, 'discharge');
    if (!next.ok) return next;
    const checked = checkDischarge(residence, input.at, now);
    if (!checked.ok) return checked;

    const change = { dischargedAt: input.at, dischargeReason: input.reason, version: residence.version + 1 };
    await write.updateResidence(residence.id, change);
    await createWriter(trx).meetDeadline(residence.id, 'RESIDENCE', input.at);
    const persons = [residence.personId, ...(await write.listMinors(residence.id))];
    const gone = residentFacts(await write.listPlacesOf(residence.id), residence.centreId);
    return {
      answer: { residenceId: residence.id },
      audit: {
        entityIds: [residence.id, ...persons],
        before: { version: residence.version },
        after: change,
      },
      events: [
        ...residentsGone(gone),
        ...persons.map((personId) => tell('PlaceReleased', { personId, placeId: residence.centreId })),
      ],
    };
  },
};
