import type { Random } from './random.ts';

export type Sex = 'MALE' | 'FEMALE';

type Names = readonly [string, ...string[]];
const list = (text: string): Names => text.split(' ') as unknown as Names;

const KAZAKH_MALE = list(
  'Айдос Арман Асхат Бауыржан Данияр Думан Ерлан Ержан Жанибек Қайрат Марат Мейрам Нұрлан Олжас Рүстем Саят Серік Талғат Тимур Шыңғыс',
);
const KAZAKH_FEMALE = list(
  'Айгүл Айнұр Айжан Алия Асель Ботагөз Гүлмира Гүлнар Дана Динара Жанар Жұлдыз Зарина Қарлығаш Ләззат Мадина Меруерт Назгүл Салтанат Шолпан',
);
const RUSSIAN_MALE = list(
  'Александр Алексей Андрей Виктор Виталий Денис Дмитрий Евгений Игорь Максим Николай Павел Роман Сергей',
);
const RUSSIAN_FEMALE = list(
  'Александра Анна Виктория Галина Екатерина Елена Ирина Людмила Марина Наталья Ольга Светлана Татьяна Юлия',
);
const KAZAKH_ROOTS = list(
  'Абдрахман Ахмет Байжан Бекмұрат Досан Ермек Жақсыбек Жұмабай Кенжебай Қасым Мұқан Нұрғали Оразбай Рахым Сағындық Сейіт Смағұл Тілеу Төлеген Ыбырай',
);
const RUSSIAN_SURNAMES = list(
  'Белов Волков Воробьёв Голубев Зайцев Иванов Кузнецов Лебедев Морозов Новиков Орлов Павлов Соловьёв Фёдоров',
);

/** The names that one family shares. */
export interface FamilyName {
  readonly kazakh: boolean;
  readonly root: string;
}

export function createFamilyName(random: Random): FamilyName {
  const kazakh = random.chance(0.72);
  return { kazakh, root: kazakh ? random.pick(KAZAKH_ROOTS) : random.pick(RUSSIAN_SURNAMES) };
}

/** A first name that fits the family. */
export function createGivenName(name: FamilyName, sex: Sex, random: Random): string {
  if (name.kazakh) return random.pick(sex === 'MALE' ? KAZAKH_MALE : KAZAKH_FEMALE);
  return random.pick(sex === 'MALE' ? RUSSIAN_MALE : RUSSIAN_FEMALE);
}

/** Surname, name and, where it is usual, the patronymic, as in an identity document. */
export function createFullName(name: FamilyName, sex: Sex, given: string, fatherGiven: string): string {
  const male = sex === 'MALE';
  if (!name.kazakh) return `${name.root}${male ? '' : 'а'} ${given}`;
  const ending = /[аеиоуыіөүұ]$/i.test(name.root) ? 'ев' : 'ов';
  return `${name.root}${ending}${male ? '' : 'а'} ${given} ${fatherGiven}${male ? 'ұлы' : 'қызы'}`;
}

/** The full name of somebody who belongs to no family of the story, such as an official. */
export function createStranger(sex: Sex, random: Random): string {
  const name = createFamilyName(random);
  return createFullName(name, sex, createGivenName(name, sex, random), createGivenName(name, 'MALE', random));
}
