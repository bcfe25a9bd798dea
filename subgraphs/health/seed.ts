import type { NationFamily } from '../kit/nation/family.ts';
import type { NationSeed } from '../kit/nation/load.ts';
import type { NationPerson } from '../kit/nation/people.ts';
import { getOrganisation, type NationOrganisation } from '../kit/nation/places.ts';
import type { NationMeasure } from '../kit/nation/plan.ts';
import { idFor, randomFor } from '../kit/nation/random.ts';
import type { HealthProfileRow, MedicalAppointmentRow, MedicalEpisodeRow, Tables } from './store.ts';

/** Only whom a centre supports, or wants to: of others no agency but social protection keeps a record in this story. */
export const seed: NationSeed<Tables> = {
  tables: ['healthProfile', 'medicalEpisode', 'medicalAppointment'],
  country: () => [],
  family({ seed: root, asOf }, family, rows) {
    if (family.stage === 'PASSING') return;
    const clinic = getOrganisation(family.district, 'HEALTH');
    const patients = new Set(
      family.plan?.measures.filter(({ kind }) => kind === 'MEDICAL').map((measure) => measure.beneficiary),
    );
    for (const person of family.members)
      rows.healthProfile.push(toProfile(root, family, person, clinic, patients.has(person)));
    rows.medicalEpisode.push(...toEpisodes(root, family, clinic));
    for (const measure of family.plan?.measures ?? []) {
      if (measure.kind === 'MEDICAL' && measure.evidenceId)
        rows.medicalAppointment.push(toAppointment(measure, measure.evidenceId, clinic, asOf));
    }
  },
};

function toProfile(
  seed: number,
  family: NationFamily,
  person: NationPerson,
  clinic: NationOrganisation,
  patient: boolean,
): HealthProfileRow {
  const random = randomFor(seed, 'health', person.id);
  return {
    personId: person.id,
    attachedOrganisation: clinic.titleRu,
    needsMedicalHelp: patient || family.incident?.victim === person || random.chance(0.03),
    underPatronage: person.minor && random.chance(0.08),
  };
}

function toEpisodes(seed: number, family: NationFamily, clinic: NationOrganisation): MedicalEpisodeRow[] {
  const { incident, situation } = family;
  const random = randomFor(seed, 'episodes', family.index);
  const rows: MedicalEpisodeRow[] = [];
  const add = (
    person: NationPerson,
    of: Pick<MedicalEpisodeRow, 'kind' | 'openedAt' | 'suspicionOfViolence' | 'summary' | 'signalId'>,
  ) =>
    rows.push({
      ...of,
      id: idFor(seed, 'episode', family.index, rows.length),
      personId: person.id,
      closedAt: null,
      organisation: clinic.titleRu,
      organisationId: clinic.id,
    });
  const signal = family.appeal.signals.find(({ source }) => source === 'HEALTH');
  if (incident && (signal || incident.kind === 'PHYSICAL_VIOLENCE')) {
    add(incident.victim, {
      kind: 'INJURY',
      openedAt: incident.occurredAt.add({ hours: 2 }),
      suspicionOfViolence: true,
      summary: 'Ушибы мягких тканей, направлена на осмотр.',
      signalId: signal?.id ?? null,
    });
  }
  const [woman] = family.members;
  if (situation === 'ILLNESS' && woman) {
    add(woman, {
      kind: random.pick(['CHRONIC', 'MENTAL_HEALTH', 'PREGNANCY']),
      openedAt: family.appeal.registeredAt.subtract({ hours: 24 * random.integer(10, 90) }),
      suspicionOfViolence: false,
      summary: 'Состоит на диспансерном учёте.',
      signalId: signal?.id ?? null,
    });
  }
  return rows;
}

function toAppointment(
  measure: NationMeasure,
  id: string,
  clinic: NationOrganisation,
  asOf: Temporal.Instant,
): MedicalAppointmentRow {
  const attended = measure.outcome === 'DONE';
  return {
    id,
    personId: measure.beneficiary.id,
    organisation: clinic.titleRu,
    at: attended ? measure.outcomeAt.subtract({ hours: 1 }) : asOf.add({ hours: 24 * 7 }),
    status: attended ? 'ATTENDED' : 'BOOKED',
    measureId: measure.id,
    bookedById: clinic.id,
    version: attended ? 2 : 1,
  };
}
