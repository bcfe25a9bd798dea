import { REGIONS, toRegionKato } from '../../../schema/regions.ts';
import { countChosen, isChosen, portion } from './apportion.ts';
import { toDateText, toDayNumber } from './days.ts';
import { createStranger } from './names.ts';
import { idFor, randomFor, uniqueNumberFor } from './random.ts';
import { TARGETS } from './targets.ts';

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
  | 'HR_INSPECTOR'
  | 'PROCUREMENT_MANAGER'
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

/** The composition of a mobile group, approved by the akim for one calendar year (Rules p.21). */
export interface NationMobileGroup {
  readonly id: string;
  readonly year: number;
  readonly akimOrderNumber: string;
  readonly akimOrderDate: string;
  readonly members: readonly { readonly body: OrganisationKind; readonly employeeName: string }[];
}

/** A crisis centre: no address, here or anywhere. */
export interface NationCrisisCentre {
  readonly id: string;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly regionKato: string;
  readonly openedOn: string;
  readonly capacity: number;
}

export interface NationDistrict {
  /** Nine digits; below the region the codes are invented. */
  readonly kato: string;
  readonly regionKato: string;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly centre: NationCentre;
  readonly organisations: readonly NationOrganisation[];
  /** Of the year before the story and of its own. */
  readonly mobileGroups: readonly NationMobileGroup[];
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

/** Posts that every centre has; psychologists and two more posts come on top as far as the country's total allows. */
const STAFF: readonly StaffTemplate[] = [
  ['DIRECTOR', 'Директор', 'Директор', 1],
  ['CHIEF_ACCOUNTANT', 'Главный бухгалтер', 'Бас бухгалтер', 0.5],
  ['HR_INSPECTOR', 'Инспектор по кадрам', 'Кадрлар жөніндегі инспектор', 0.5],
  ['PROCUREMENT_MANAGER', 'Менеджер по государственным закупкам', 'Мемлекеттік сатып алу менеджері', 0.5],
  ['HEAD_OF_UNIT', 'Руководитель структурного подразделения', 'Құрылымдық бөлімше басшысы', 1],
  ['HEAD_OF_UNIT', 'Руководитель структурного подразделения', 'Құрылымдық бөлімше басшысы', 1],
  ['SOCIAL_WORKER', 'Социальный работник', 'Әлеуметтік қызметкер', 1],
  ['LAWYER', 'Юрист', 'Заңгер', 1],
  [
    'PREVENTION_SPECIALIST',
    'Специалист по профилактической работе с населением',
    'Халықпен профилактикалық жұмыс жөніндегі маман',
    1,
  ],
  ['GUARD', 'Сторож', 'Күзетші', 1],
  ['SOCIAL_WORK_SPECIALIST', 'Специалист по социальной работе', 'Әлеуметтік жұмыс жөніндегі маман', 0.5],
  ['CASE_MANAGER', 'Социальный работник – кейс-менеджер', 'Әлеуметтік қызметкер – кейс-менеджер', 1],
  ['CASE_MANAGER', 'Социальный работник – кейс-менеджер', 'Әлеуметтік қызметкер – кейс-менеджер', 1],
];
const PSYCHOLOGIST: StaffTemplate = ['PSYCHOLOGIST', 'Педагог-психолог', 'Педагог-психолог', 1];
const MORE_STAFF: readonly StaffTemplate[] = [
  ['MEDIA_SPECIALIST', 'Специалист по работе со СМИ и общественностью', 'БАҚ және қоғаммен жұмыс жөніндегі маман', 1],
  ['SOCIAL_WORKER', 'Социальный работник', 'Әлеуметтік қызметкер', 1],
];
type StaffTemplate = readonly [Post, string, string, number];

/** The posts of the centre `index` of 131: all together make the published units and psychologists (domain.md 2.2). */
function listStaff(index: number): StaffTemplate[] {
  const units = portion(index, TARGETS.staffUnits, TARGETS.centres);
  const psychologists = portion(index, TARGETS.psychologists, TARGETS.centres);
  const staff = [...STAFF, ...Array.from({ length: psychologists }, () => PSYCHOLOGIST)];
  const missing = units - staff.reduce((sum, [, , , unit]) => sum + unit, 0);
  return [...staff, ...MORE_STAFF.slice(0, missing)];
}

/** The district that exists in every nation. */
export const FIRST_DISTRICT = '711110000';

/** How the 131 centres are spread over the regions: invented, roughly by population. */
const DISTRICTS_OF_REGION: Readonly<Record<string, number>> = {
  '10': 6,
  '11': 8,
  '15': 7,
  '19': 9,
  '23': 5,
  '27': 6,
  '31': 8,
  '33': 6,
  '35': 8,
  '39': 9,
  '43': 6,
  '47': 5,
  '55': 7,
  '59': 7,
  '61': 11,
  '62': 3,
  '63': 7,
  '71': 4,
  '75': 5,
  '79': 4,
};

/** Names that no district has, and that say so. */
const DISTRICT_NAMES = [
  ['Приозёрный', 'Көлжағасы'],
  ['Степной', 'Далалы'],
  ['Заречный', 'Өзенарты'],
  ['Садовый', 'Баулы'],
  ['Предгорный', 'Таубөктер'],
  ['Светлый', 'Жарық'],
  ['Родниковый', 'Бұлақты'],
  ['Тополиный', 'Теректі'],
  ['Восходный', 'Таң'],
  ['Луговой', 'Шалғынды'],
  ['Берёзовый', 'Қайыңды'],
] as const;

/** A district before anything is in it. Below the region its code is invented. */
export interface DistrictName {
  readonly kato: string;
  readonly titleRu: string;
  readonly titleKk: string;
}

/** All districts with a centre, the demonstration's own first and then the regions in turns: any first part is spread out. */
export const DISTRICTS: readonly DistrictName[] = DISTRICT_NAMES.flatMap(([ru, kk], turn) =>
  REGIONS.filter(({ code }) => turn < (DISTRICTS_OF_REGION[code] ?? 0)).map((region) => {
    const kato = `${region.code}${111 + turn}0000`;
    return kato === FIRST_DISTRICT
      ? { kato, titleRu: 'Демонстрационный район (условный)', titleKk: 'Көрсетілім ауданы (шартты)' }
      : {
          kato,
          titleRu: `${ru} район (условный), ${region.titleRu}`,
          titleKk: `${kk} ауданы (шартты), ${region.titleKk}`,
        };
  }),
).toSorted((left, right) => Number(right.kato === FIRST_DISTRICT) - Number(left.kato === FIRST_DISTRICT));

/** The district `index` of 131 with its centre, the centre's staff, its mobile groups and one organisation of every kind. */
export function createDistrict(seed: number, index: number, asOf: Temporal.PlainDate): NationDistrict {
  const named = DISTRICTS[index];
  if (!named) throw new Error(`A nation must have at most ${DISTRICTS.length} districts, not ${index + 1}.`);
  const { kato, titleRu, titleKk } = named;
  const random = randomFor(seed, 'district', kato);
  const centreId = idFor(seed, 'organisation', kato, 'CENTRE');
  const centreRu = `Центр поддержки семьи, ${titleRu}`;
  const centreKk = `Отбасын қолдау орталығы, ${titleKk}`;
  const digits = () => String(random.integer(0, 99)).padStart(2, '0');
  return {
    ...named,
    regionKato: toRegionKato(kato),
    centre: {
      id: centreId,
      titleRu: centreRu,
      titleKk: centreKk,
      phone: `+7 700 000 ${digits()} ${digits()}`,
      openedAt: chooseOpening(index, random.integer(0, 47)),
      safeRooms: random.integer(10, 14),
      employees: listStaff(index).map(([post, positionRu, positionKk, units], position) => {
        const person = randomFor(seed, 'employee', kato, position);
        const fullName = createStranger(person.chance(0.8) ? 'FEMALE' : 'MALE', person);
        const id = idFor(seed, 'employee', kato, position);
        return { id, userId: idFor(seed, 'user', kato, position), fullName, post, positionRu, positionKk, units };
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
    mobileGroups: [asOf.year - 1, asOf.year].map((year) => createMobileGroup(seed, index, kato, year)),
  };
}

/** The Rules came into force in July 2024: most centres were opened under them, a few existed before (S1 p.9, 13). */
function chooseOpening(index: number, days: number): string {
  const before = isChosen(index, TARGETS.centresBeforeReform, TARGETS.centres);
  return before
    ? `${2016 + (index % 8)}-0${1 + (index % 9)}-15`
    : toDateText(toDayNumber(new Temporal.PlainDate(2024, 7, 15)) + days);
}

/** Education, health and internal affairs, coordinated by social protection (Rules p.21). */
const GROUP_BODIES = ['SOCIAL_PROTECTION', 'EDUCATION', 'HEALTH', 'INTERNAL_AFFAIRS'] as const;

function createMobileGroup(seed: number, index: number, kato: string, year: number): NationMobileGroup {
  const random = randomFor(seed, 'mobile-group', kato, year);
  return {
    id: idFor(seed, 'mobile-group', kato, year),
    year,
    akimOrderNumber: `№ ${uniqueNumberFor(seed, 'akim-order', index * 10_000 + year)}`,
    akimOrderDate: `${year}-01-${String(random.integer(8, 17)).padStart(2, '0')}`,
    members: GROUP_BODIES.map((body) => ({
      body,
      employeeName: createStranger(random.chance(0.6) ? 'FEMALE' : 'MALE', random),
    })),
  };
}

const CRISIS_CENTRE_NAMES = ['Қамқорлық', 'Үміт', 'Шаңырақ', 'Мейірім', 'Арай'] as const;

/** The crisis centres of the country, spread over the regions as the districts are; the newest were opened in 2023. */
export function createCrisisCentres(seed: number, count: number, districts: readonly NationDistrict[]) {
  const { before2023, in2023 } = TARGETS.crisisCentres;
  return Array.from({ length: count }, (_, index): NationCrisisCentre => {
    const random = randomFor(seed, 'crisis-centre', index);
    const name = CRISIS_CENTRE_NAMES[index % CRISIS_CENTRE_NAMES.length];
    const { regionKato } = districts[countChosen(index, districts.length, count) % districts.length] as NationDistrict;
    const old = isChosen(index, before2023, in2023);
    return {
      id: idFor(seed, 'crisis-centre', index),
      titleRu: `Кризисный центр «${name}» № ${index + 1} (условный)`,
      titleKk: `№ ${index + 1} «${name}» дағдарыс орталығы (шартты)`,
      regionKato,
      openedOn: old ? `${random.integer(2009, 2022)}-03-01` : `2023-0${random.integer(2, 9)}-01`,
      capacity: random.integer(40, 70),
    };
  });
}

/** The organisation of that kind in the district. */
export function getOrganisation(district: NationDistrict, kind: OrganisationKind): NationOrganisation {
  const found = district.organisations.find((organisation) => organisation.kind === kind);
  if (!found) throw new Error(`Every district must have an organisation of kind ${kind}.`);
  return found;
}
