import { matchPersons, type PersonTraits } from '../../subgraphs/social/rules/person-matching.ts';

/** How well the rule tells one person from another, on labelled pairs that are the same at every run. */
export interface MatchingQuality {
  readonly truePairs: number;
  readonly nonPairs: number;
  /** Of the pairs that were suggested, how many are one person. */
  readonly precision: number;
  /** Of the pairs that are one person, how many were suggested. */
  readonly recall: number;
  /** Pairs judged wrongly, for who works on the rule. */
  readonly mistakes: readonly { kind: string; left: PersonTraits; right: PersonTraits; score: number | null }[];
}

export interface LabelledPair {
  readonly kind: string;
  readonly same: boolean;
  readonly left: PersonTraits;
  readonly right: PersonTraits;
}

/** Judges every labelled pair; the figures are of this synthetic set, not of the country. Another seed gives another set. */
export function measureMatching(seed = 568): MatchingQuality {
  const pairs = createLabelledPairs(seed);
  const judged = pairs.map((pair) => ({ ...pair, score: matchPersons(pair.left, pair.right)?.score ?? null }));
  const suggested = judged.filter(({ score }) => score !== null);
  const right = suggested.filter(({ same }) => same).length;
  const truePairs = pairs.filter(({ same }) => same).length;
  return {
    truePairs,
    nonPairs: pairs.length - truePairs,
    precision: right / suggested.length,
    recall: right / truePairs,
    mistakes: judged.filter(({ same, score }) => same !== (score !== null)),
  };
}

const list = (text: string) => text.split(' ');
const MALE = list(
  'Айдос Арман Асхат Бауыржан Данияр Думан Ерлан Ержан Жанибек Қайрат Марат Мейрам Нұрлан Олжас Рүстем Саят Серік Талғат Тимур Шыңғыс Ғалымжан Әділет',
);
const FEMALE = list(
  'Айгүл Айнұр Айжан Алия Асель Ботагөз Гүлмира Гүлнар Дана Динара Жанар Жұлдыз Зарина Қарлығаш Ләззат Мадина Меруерт Назгүл Салтанат Шолпан Әсем Өркен',
);
const ROOTS = list(
  'Абдрахманов Ахметов Байжанов Бекмұратов Досанов Ермеков Жақсыбеков Жұмабаев Кенжебаев Қасымов Мұқанов Нұрғалиев Оразбаев Рахымов Сағындықов Сейітов Смағұлов Тілеуов Төлегенов Ыбыраев',
);
const DISTRICTS = ['711110', '711120', '7512', '6120', '1135', '2718'];

/** Somebody as he or she really is. */
export interface Human {
  readonly surname: string;
  readonly given: string;
  readonly father: string;
  readonly sex: 'MALE' | 'FEMALE';
  readonly birthYear: number;
  readonly district: string;
  readonly phone: string;
}

/** Numbers from a seed, the same at every run. */
export function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    chance: (share: number) => next() < share,
    pick: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item,
    /** The first ones are the most frequent, as with names. */
    pickSkewed: <Item>(items: readonly Item[]): Item => items[Math.floor(next() ** 2 * items.length)] as Item,
    integer: (from: number, to: number) => from + Math.floor(next() * (to - from + 1)),
  };
}
export type Random = ReturnType<typeof createRandom>;

const TRUE_PAIRS = 1_000;
const FAMILIES = 500;

/** The same people as different bodies write them down, and those who are easily taken for each other. */
export function createLabelledPairs(seed: number): LabelledPair[] {
  const random = createRandom(seed);
  const pairs: LabelledPair[] = [];
  const human = (change: Partial<Human> = {}): Human => {
    const sex = change.sex ?? random.pick(['MALE', 'FEMALE'] as const);
    return {
      surname: random.pick(ROOTS),
      given: random.pick(sex === 'MALE' ? MALE : FEMALE),
      father: random.pick(MALE),
      sex,
      birthYear: random.integer(1950, 2020),
      district: random.pick(DISTRICTS),
      phone: `70${random.integer(10_000_000, 79_999_999)}`,
      ...change,
    };
  };
  for (let index = 0; index < TRUE_PAIRS; index += 1) {
    const one = human();
    pairs.push({ kind: 'the same', same: true, left: inDocument(one), right: asTold(one, random) });
  }
  for (let index = 0; index < FAMILIES; index += 1) {
    const one = human();
    const names = (one.sex === 'MALE' ? MALE : FEMALE).filter((name) => name !== one.given);
    const add = (kind: string, change: Partial<Human>) =>
      pairs.push({ kind, same: false, left: inDocument(one), right: asTold({ ...one, ...change }, random) });
    add('a brother or sister', { given: random.pick(names), birthYear: one.birthYear + random.integer(1, 3) });
    add('a twin', { given: random.pick(names) });
    add('a father and his child', {
      given: random.pick(MALE),
      father: one.given,
      sex: 'MALE',
      birthYear: one.birthYear + random.integer(20, 35),
    });
    add('a stranger of the same name and year elsewhere', {
      district: random.pick(DISTRICTS.filter((district) => district !== one.district)),
      phone: human().phone,
    });
    add('a namesake of another age', { birthYear: one.birthYear + random.integer(4, 30), phone: human().phone });
    add('a cousin', { given: random.pick(names), father: random.pick(MALE.filter((name) => name !== one.father)) });
    pairs.push({
      kind: 'a neighbour',
      same: false,
      left: inDocument(one),
      right: asTold(human({ district: one.district, sex: one.sex, birthYear: one.birthYear }), random),
    });
  }
  return pairs;
}

const patronymicOf = ({ father, sex }: Human, male = 'ұлы', female = 'қызы') =>
  `${father}${sex === 'MALE' ? male : female}`;
const surnameOf = ({ surname, sex }: Human) => `${surname}${sex === 'MALE' ? '' : 'а'}`;

/** As the registry has it. */
export function inDocument(one: Human): PersonTraits {
  const { birthYear, sex, district, phone } = one;
  return { fullName: `${surnameOf(one)} ${one.given} ${patronymicOf(one)}`, birthYear, sex, district, phone };
}

/** As somebody hears and types it, on whatever keyboard, knowing more or less. */
export function asTold(one: Human, random: Random): PersonTraits {
  const patronymic = random.pick([
    patronymicOf(one),
    patronymicOf(one, 'улы', 'кызы'),
    patronymicOf(one, ' ұлы', ' қызы'),
    patronymicOf(one, ' оглы', ' кызы'),
    patronymicOf(one, 'ович', 'овна'),
  ]);
  const surname = random.chance(0.05) ? one.surname.replace(/(?:ов|ев)$/, '') : surnameOf(one);
  let words = [surname, one.given, patronymic];
  if (random.chance(0.25)) words = words.slice(0, 2);
  else if (random.chance(0.08)) words = [surname, `${one.given[0]}.`, `${one.father[0]}.`];
  if (random.chance(0.3) && words.length > 1) words = [...words.slice(1), words[0] ?? ''];
  let fullName = words.join(' ');
  if (random.chance(0.15)) fullName = slip(fullName, random);
  const spelling = random.pick(['KAZAKH', 'RUSSIAN', 'RUSSIAN', 'LATIN'] as const);
  if (spelling === 'RUSSIAN') fullName = toRussian(fullName);
  if (spelling === 'LATIN') fullName = toLatin(fullName, random);
  if (random.chance(0.2)) fullName = fullName.toUpperCase();
  return {
    fullName,
    birthYear: random.chance(0.04) ? null : one.birthYear + (random.chance(0.1) ? random.pick([-1, 1]) : 0),
    sex: random.chance(0.1) ? null : one.sex,
    district: random.chance(0.08) ? null : one.district,
    phone: random.chance(0.5) ? one.phone : null,
  };
}

/** One letter left out, doubled, mistaken or swapped with the next, not the first of a word. */
function slip(name: string, random: Random): string {
  const places = Array.from(name).flatMap((letter, index) =>
    /\p{L}/u.test(letter) && /\p{L}/u.test(name[index - 1] ?? ' ') && /\p{L}/u.test(name[index + 1] ?? ' ')
      ? [index]
      : [],
  );
  if (places.length === 0) return name;
  const at = random.pick(places);
  const [before, letter, next, after] = [name.slice(0, at), name[at] ?? '', name[at + 1] ?? '', name.slice(at + 2)];
  return random.pick([
    before + next + after,
    before + letter + letter + next + after,
    before + random.pick(list('а е и о у н р л т с')) + next + after,
    before + next + letter + after,
  ]);
}

const RUSSIAN: Readonly<Record<string, string>> = Object.fromEntries(
  list('ә:а ғ:г қ:к ң:н ө:о ұ:у ү:у һ:х і:и').map((pair) => pair.split(':') as [string, string]),
);
const toRussian = (name: string) =>
  name.replaceAll(/\p{L}/gu, (letter) => {
    const russian = RUSSIAN[letter.toLowerCase()] ?? letter;
    return letter === letter.toLowerCase() ? russian : russian.toUpperCase();
  });

/** As in passports, in the new alphabet, and as people type it; each name in one of the ways. */
function toLatin(name: string, random: Random): string {
  const ways: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(
      list(
        'а:a ә:a,ä б:b в:v г:g ғ:gh,g,ğ д:d е:e ё:yo,e ж:zh,j з:z и:i й:y,i і:i к:k қ:k,q л:l м:m н:n ң:ng,n,ñ о:o ө:o,ö п:p р:r с:s т:t у:u ұ:u ү:u,ü ф:f х:kh,h һ:h ц:ts ч:ch ш:sh щ:shch ы:y,i э:e ю:yu,iu я:ya,ia',
      ).map((pair) => {
        const [letter = '', latin = ''] = pair.split(':');
        return [letter, latin.split(',')];
      }),
    ),
    ъ: [''],
    ь: [''],
  };
  const chosen = new Map<string, string>();
  return name.replaceAll(/\p{L}/gu, (letter) => {
    const lower = letter.toLowerCase();
    if (!chosen.has(lower)) chosen.set(lower, random.pick(ways[lower] ?? [lower]));
    const latin = chosen.get(lower) ?? lower;
    return letter === lower ? latin : latin.slice(0, 1).toUpperCase() + latin.slice(1);
  });
}
