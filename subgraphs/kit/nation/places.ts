import { findRegion, toRegionKato } from '../../../schema/regions.ts';
import { createStranger } from './names.ts';
import { idFor, randomFor } from './random.ts';

/** Kinds of bodies that have an organisation in every district; the family itself is none. */
export type OrganisationKind =
  | 'CENTRE'
  | 'INTERNAL_AFFAIRS'
  | 'HEALTH'
  | 'EDUCATION'
  | 'SOCIAL_PROTECTION'
  | 'EMPLOYMENT'
  | 'HOUSING'
  | 'GUARDIANSHIP'
  | 'CULTURE'
  | 'SPORT'
  | 'TOURISM'
  | 'YOUTH_POLICY'
  | 'INTERNAL_POLICY'
  | 'JUSTICE'
  | 'NGO';

export interface NationOrganisation {
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly districtKato: string;
  /** Only state bodies answer to the Agency for Civil Service Affairs. */
  readonly stateBody: boolean;
}

export type Post =
  | 'DIRECTOR'
  | 'CHIEF_ACCOUNTANT'
  | 'HEAD_OF_UNIT'
  | 'SOCIAL_WORKER'
  | 'PSYCHOLOGIST'
  | 'LAWYER'
  | 'MEDIA_SPECIALIST'
  | 'PREVENTION_SPECIALIST'
  | 'GUARD'
  | 'SOCIAL_WORK_SPECIALIST'
  | 'CASE_MANAGER';

export interface NationEmployee {
  readonly id: string;
  readonly userId: string;
  readonly fullName: string;
  readonly post: Post;
  readonly positionRu: string;
  readonly positionKk: string;
  readonly units: number;
}

export interface NationCentre {
  /** Also the id of the organisation of kind CENTRE. */
  readonly id: string;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly phone: string;
  readonly openedAt: string;
  readonly safeRooms: number;
  readonly employees: readonly NationEmployee[];
}

export interface NationDistrict {
  /** Nine digits; below the region the codes are invented. */
  readonly kato: string;
  readonly regionKato: string;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly centre: NationCentre;
  readonly organisations: readonly NationOrganisation[];
}

interface OrganisationTemplate {
  readonly kind: OrganisationKind;
  readonly ru: string;
  readonly kk: string;
  readonly state: boolean;
}
const template = (kind: OrganisationKind, ru: string, kk: string, state = true): OrganisationTemplate => ({
  kind,
  ru,
  kk,
  state,
});

const ORGANISATIONS: readonly OrganisationTemplate[] = [
  template('INTERNAL_AFFAIRS', 'Отдел полиции', 'Полиция бөлімі'),
  template('HEALTH', 'Поликлиника', 'Емхана'),
  template('EDUCATION', 'Отдел образования', 'Білім бөлімі'),
  template(
    'SOCIAL_PROTECTION',
    'Отдел занятости и социальных программ',
    'Жұмыспен қамту және әлеуметтік бағдарламалар бөлімі',
  ),
  template('EMPLOYMENT', 'Карьерный центр', 'Мансап орталығы'),
  template('HOUSING', 'Отдел жилищных отношений', 'Тұрғын үй қатынастары бөлімі'),
  template('GUARDIANSHIP', 'Орган опеки и попечительства', 'Қорғаншылық және қамқоршылық органы'),
  template('CULTURE', 'Отдел культуры', 'Мәдениет бөлімі'),
  template('SPORT', 'Отдел спорта', 'Спорт бөлімі'),
  template('TOURISM', 'Отдел туризма', 'Туризм бөлімі'),
  template('YOUTH_POLICY', 'Отдел молодёжной политики', 'Жастар саясаты бөлімі'),
  template('INTERNAL_POLICY', 'Отдел внутренней политики', 'Ішкі саясат бөлімі'),
  template('JUSTICE', 'Отдел юстиции', 'Әділет бөлімі'),
  template('NGO', 'Общественный фонд поддержки семьи', 'Отбасын қолдау қоғамдық қоры', false),
];

/** The minimum staff of a centre with up to 50 appeals a day (Rules, annex), without those counted by vehicles and floors. */
const STAFF: readonly (readonly [Post, string, string, number])[] = [
  ['DIRECTOR', 'Директор', 'Директор', 1],
  ['CHIEF_ACCOUNTANT', 'Главный бухгалтер', 'Бас бухгалтер', 0.5],
  ['HEAD_OF_UNIT', 'Руководитель структурного подразделения', 'Құрылымдық бөлімше басшысы', 1],
  ['HEAD_OF_UNIT', 'Руководитель структурного подразделения', 'Құрылымдық бөлімше басшысы', 1],
  ['SOCIAL_WORKER', 'Социальный работник', 'Әлеуметтік қызметкер', 1],
  ['PSYCHOLOGIST', 'Психолог', 'Психолог', 1],
  ['LAWYER', 'Юрист', 'Заңгер', 1],
  ['MEDIA_SPECIALIST', 'Специалист по работе со СМИ и общественностью', 'БАҚ және қоғаммен жұмыс жөніндегі маман', 1],
  [
    'PREVENTION_SPECIALIST',
    'Специалист по профилактической работе с населением',
    'Халықпен профилактикалық жұмыс жөніндегі маман',
    1,
  ],
  ['GUARD', 'Сторож', 'Күзетші', 1],
  ['SOCIAL_WORK_SPECIALIST', 'Специалист по социальной работе', 'Әлеуметтік жұмыс жөніндегі маман', 1],
  ['CASE_MANAGER', 'Социальный работник – кейс-менеджер', 'Әлеуметтік қызметкер – кейс-менеджер', 1],
  ['CASE_MANAGER', 'Социальный работник – кейс-менеджер', 'Әлеуметтік қызметкер – кейс-менеджер', 1],
];

/** A district with its centre, the centre's staff and one organisation of every kind. */
export function createDistrict(seed: number, kato: string, titleRu: string, titleKk: string): NationDistrict {
  if (!findRegion(kato)) throw new Error(`A district must lie in a region; ${kato} does not.`);
  const random = randomFor(seed, 'district', kato);
  const centreId = idFor(seed, 'organisation', kato, 'CENTRE');
  const centreRu = `Центр поддержки семьи, ${titleRu}`;
  const centreKk = `Отбасын қолдау орталығы, ${titleKk}`;
  return {
    kato,
    regionKato: toRegionKato(kato),
    titleRu,
    titleKk,
    centre: {
      id: centreId,
      titleRu: centreRu,
      titleKk: centreKk,
      phone: `+7 700 000 ${String(random.integer(0, 99)).padStart(2, '0')} ${String(random.integer(0, 99)).padStart(2, '0')}`,
      openedAt: '2024-07-15',
      safeRooms: random.integer(1, 4),
      employees: STAFF.map(([post, positionRu, positionKk, units], index) => {
        const person = randomFor(seed, 'employee', kato, index);
        const fullName = createStranger(person.chance(0.8) ? 'FEMALE' : 'MALE', person);
        const id = idFor(seed, 'employee', kato, index);
        return { id, userId: idFor(seed, 'user', kato, index), fullName, post, positionRu, positionKk, units };
      }),
    },
    organisations: [
      { id: centreId, kind: 'CENTRE', titleRu: centreRu, titleKk: centreKk, districtKato: kato, stateBody: true },
      ...ORGANISATIONS.map(({ kind, ru, kk, state }) => ({
        id: idFor(seed, 'organisation', kato, kind),
        kind,
        titleRu: `${ru}, ${titleRu}`,
        titleKk: `${kk}, ${titleKk}`,
        districtKato: kato,
        stateBody: state,
      })),
    ],
  };
}

/** The organisation of that kind in the district. */
export function getOrganisation(district: NationDistrict, kind: OrganisationKind): NationOrganisation {
  const found = district.organisations.find((organisation) => organisation.kind === kind);
  if (!found) throw new Error(`Every district must have an organisation of kind ${kind}.`);
  return found;
}
