import type { Kysely } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import { insertAll } from '../kit/insert.ts';
import type { NationFamily, NationMeasure, NationPerson } from '../kit/nation/family.ts';
import type { Nation } from '../kit/nation/nation.ts';
import { getOrganisation } from '../kit/nation/places.ts';
import { idFor, randomFor } from '../kit/nation/random.ts';
import type { HealthProfileRow, MedicalAppointmentRow, MedicalEpisodeRow, Tables } from './store.ts';

export async function seed(db: Kysely<Tables & KitTables>, nation: Nation): Promise<void> {
  const profiles: HealthProfileRow[] = [];
  const episodes: MedicalEpisodeRow[] = [];
  const appointments: MedicalAppointmentRow[] = [];
  for (const family of nation.all()) {
    const clinic = getOrganisation(family.district, 'HEALTH').titleRu;
    const patients = new Set(
      family.plan?.measures.filter(({ kind }) => kind === 'MEDICAL').map((measure) => measure.beneficiary),
    );
    for (const person of family.members)
      profiles.push(toProfile(nation.seed, family, person, clinic, patients.has(person)));
    episodes.push(...toEpisodes(nation.seed, family, clinic));
    for (const measure of family.plan?.measures ?? []) {
      if (measure.kind === 'MEDICAL' && measure.evidenceId)
        appointments.push(toAppointment(measure, measure.evidenceId, clinic, nation.asOf));
    }
  }
  await insertAll(db, 'healthProfile', profiles);
  await insertAll(db, 'medicalEpisode', episodes);
  await insertAll(db, 'medicalAppointment', appointments);
}

function toProfile(
  seed: number,
  family: NationFamily,
  person: NationPerson,
  clinic: string,
  patient: boolean,
): HealthProfileRow {
  const random = randomFor(seed, 'health', person.id);
  return {
    personId: person.id,
    attachedOrganisation: clinic,
    needsMedicalHelp: patient || family.incident?.victim === person || random.chance(0.03),
    underPatronage: person.minor && random.chance(0.08),
  };
}

function toEpisodes(seed: number, family: NationFamily, clinic: string): MedicalEpisodeRow[] {
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
      organisation: clinic,
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
  clinic: string,
  asOf: Temporal.Instant,
): MedicalAppointmentRow {
  const attended = measure.outcome === 'DONE';
  return {
    id,
    personId: measure.beneficiary.id,
    organisation: clinic,
    at: attended ? measure.outcomeAt.subtract({ hours: 1 }) : asOf.add({ hours: 24 * 7 }),
    status: attended ? 'ATTENDED' : 'BOOKED',
    measureId: measure.id,
    version: attended ? 2 : 1,
  };
}
