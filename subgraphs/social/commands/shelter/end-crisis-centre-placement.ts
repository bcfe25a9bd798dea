import { z } from 'zod';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import { type Command, conflictWith } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, longText, optional } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { PLACE } from '../../rules/place.ts';
import { PLACEMENT } from '../../rules/placement.ts';
import { createShelterWriter } from '../../shelter-store.ts';
import type { Tables } from '../../store.ts';
import type { PlacementAnswer } from './record-crisis-centre-placement.ts';
import { residentFact } from './resident-facts.ts';

const EndCrisisCentrePlacementInput = z.object({
  idempotencyKey,
  placementId: entityId,
  expectedVersion: z.int(),
  to: dateText,
  outcome: longText,
  measureId: optional(entityId),
});

/** The stay is over: the person's place in the country is free again. Of other crisis centres' placements nothing is told. */
export const endCrisisCentrePlacement: Command<
  Tables,
  z.output<typeof EndCrisisCentrePlacementInput>,
  null,
  PlacementAnswer
> = {
  name: 'endCrisisCentrePlacement',
  writes: 'SAFE_LOCATION',
  roles: ['CRISIS_CENTRE'],
  input: EndCrisisCentrePlacementInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const { caller, now } = context;
    const write = createShelterWriter(trx);
    const placement = await write.lockPlacement(input.placementId);
    if (
      !placement ||
      caller.kind !== 'USER' ||
      caller.organisationId !== placement.crisisCentreId ||
      (await isOpposed(kitPart(trx), context, [placement.personId]))
    ) {
      return refuse('NOT_FOUND', 'There must be such a placement.', { path: ['input', 'placementId'] });
    }
    if (placement.version !== input.expectedVersion) {
      return conflictWith<PlacementAnswer>(
        { placementId: placement.id },
        {
          entityId: placement.id,
          expected: input.expectedVersion,
          version: placement.version,
          path: 'expectedVersion',
        },
      );
    }
    const next = move(PLACEMENT, { id: placement.id, status: placement.endsOn ? 'ENDED' : 'PLACED' }, 'end');
    if (!next.ok) return next;
    if (input.to < placement.startsOn || input.to > toLocalDate(now).toString()) {
      return refuse('INVALID_INPUT', 'The last day of the stay must not precede the admission, and must have come.', {
        path: ['input', 'to'],
      });
    }
    const change = {
      endsOn: input.to,
      outcome: input.outcome,
      measureId: input.measureId ?? placement.measureId,
      version: placement.version + 1,
    };
    await write.updatePlacement(placement.id, change);
    const place = await write.lockReservationAt(placement.personId, placement.crisisCentreId);
    const free = place ? move(PLACE, place, 'release') : null;
    if (place && free?.ok) await write.updateReservation(place.id, { status: free.value });
    return {
      answer: { placementId: placement.id },
      audit: {
        entityIds: [placement.id, placement.personId],
        before: { version: placement.version },
        after: { endsOn: input.to, version: change.version },
      },
      events: [
        ...(place && free?.ok ? [accessFactsChanged([], [residentFact(place)])] : []),
        ...tellFact(
          input.measureId,
          {
            evidenceKind: 'CRISIS_CENTRE_PLACEMENT',
            evidenceId: placement.id,
            state: 'ENDED',
            subject: { personId: placement.personId, familyId: null },
          },
          context,
        ),
      ],
    };
  },
};
