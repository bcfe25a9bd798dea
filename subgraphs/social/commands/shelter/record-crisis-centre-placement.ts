import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import type { Command } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, optional } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { alreadyPlaced } from '../../rules/place.ts';
import { checkCrisisCentre } from '../../rules/placement.ts';
import { createShelterWriter } from '../../shelter-store.ts';
import type { CrisisCentrePlacementRow, PlaceReservationRecord, Tables } from '../../store.ts';
import { findPersonNamed } from '../person-named.ts';
import { residentFact } from './resident-facts.ts';

const RecordCrisisCentrePlacementInput = z.object({
  idempotencyKey,
  personId: entityId,
  crisisCentreId: entityId,
  from: dateText,
  measureId: optional(entityId),
});

export interface PlacementAnswer {
  readonly placementId: string;
}

/**
 * A crisis centre has taken somebody in: the placement and the person's one place in the country are stored together (I-12).
 * The lock on the crisis centre lets admissions to it see each other; the unique index decides between crisis centres.
 */
export const recordCrisisCentrePlacement: Command<
  Tables,
  z.output<typeof RecordCrisisCentrePlacementInput>,
  null,
  PlacementAnswer
> = {
  name: 'recordCrisisCentrePlacement',
  writes: 'SAFE_LOCATION',
  roles: ['CRISIS_CENTRE'],
  input: RecordCrisisCentrePlacementInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const { caller, now } = context;
    const today = toLocalDate(now).toString();
    const write = createShelterWriter(trx);
    const centre = await write.lockCrisisCentre(input.crisisCentreId);
    if (!centre) {
      return refuse('NOT_FOUND', 'There must be such a crisis centre.', { path: ['input', 'crisisCentreId'] });
    }
    if (caller.kind !== 'USER' || caller.organisationId !== centre.id) {
      return refuse('FORBIDDEN', "A placement must be recorded by the crisis centre's own staff.", {
        path: ['input', 'crisisCentreId'],
      });
    }
    if (input.from > today) {
      return refuse('INVALID_INPUT', 'The day of admission must have come.', { path: ['input', 'from'] });
    }
    const person = await findPersonNamed(trx, input.personId);
    if (!person.ok) return person;
    const personId = person.value.id;
    if (await isOpposed(kitPart(trx), context, [personId])) {
      return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', 'personId'] });
    }
    if (await write.lockCurrentReservation(personId)) return alreadyPlaced();
    const checked = checkCrisisCentre(
      { ...centre, ...(await write.getOccupation(centre.id, personId, now)) },
      input.from,
    );
    if (!checked.ok) return checked;

    const place: PlaceReservationRecord = {
      id: randomUUID(),
      personId,
      placeId: centre.id,
      status: 'CONFIRMED',
      reservedAt: now,
      expiresAt: null,
      lapseToldAt: null,
    };
    const placement: CrisisCentrePlacementRow = {
      id: randomUUID(),
      personId,
      crisisCentreId: centre.id,
      startsOn: input.from,
      endsOn: null,
      outcome: null,
      measureId: input.measureId,
      version: 1,
    };
    await write.insertReservation(place);
    await write.insertPlacement(placement);
    return {
      answer: { placementId: placement.id },
      audit: { entityIds: [placement.id, personId], after: placement },
      events: [
        accessFactsChanged([residentFact(place)]),
        ...tellFact(
          input.measureId,
          {
            evidenceKind: 'CRISIS_CENTRE_PLACEMENT',
            evidenceId: placement.id,
            state: 'PLACED',
            subject: { personId: personId, familyId: null },
          },
          context,
        ),
      ],
    };
  },
};
