import { buildSchema, introspectionFromSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { shapeAnswer } from '../../gateway/playground/page/answer-shape.ts';
import { formatScalar } from '../../gateway/playground/page/format.ts';
import { type Language, LANGUAGES } from '../../gateway/playground/page/languages.ts';
import { listNotices } from '../../gateway/playground/page/notices.ts';
import { translateSchema } from '../../gateway/playground/page/schema-language.ts';
import * as texts from '../../gateway/playground/page/texts.ts';
import { readSchemaFile } from '../../schema/subgraphs.ts';

const INTROSPECTION = introspectionFromSchema(buildSchema(readSchemaFile('api.graphql'), { assumeValidSDL: true }));
const SCHEMAS = Object.fromEntries(
  LANGUAGES.map((language) => [language, translateSchema(INTROSPECTION, language)]),
) as Record<Language, ReturnType<typeof translateSchema>>;
const PLACES = new Map([['711110000', { ru: 'Первый район', kk: 'Бірінші аудан', en: 'First district' }]]);

describe('the documentation', () => {
  const descriptionOf = (language: Language) => SCHEMAS[language].getQueryType()?.getFields()['protectionOrderStats'];

  test.each<[Language, string]>([
    ['ru', 'Защитные предписания по регионам за год\n\n*Доступ: группа 25 «Показатели (индикаторы)», класс S0*'],
    [
      'kk',
      'Жыл ішіндегі өңірлер бойынша қорғау нұсқамалары\n\n*Қолжетімділік: топ 25 «Көрсеткіштер (индикаторлар)», сынып S0*',
    ],
  ])('in %s has the term and who may see it', (language, description) => {
    expect(descriptionOf(language)?.description).toBe(description);
  });

  test('in English has the sentence', () => {
    expect(descriptionOf('en')?.description).toMatch(
      /^Number of protection orders issued .*\n\n\*Access: group 25 «INDICATOR», class S0\*$/s,
    );
  });

  test.each(['ru', 'kk'] as const)('in %s leaves no type and no field in another language', (language) => {
    const left = Object.values(SCHEMAS[language].getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => [
        [type.name, type.description] as const,
        ...('getFields' in type
          ? Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field.description] as const)
          : []),
      ])
      .filter(([, description]) => !/[а-яёәғқңөұүһі]/i.test(description ?? ''))
      .map(([name]) => name);
    // GraphQL's own, which its authors describe.
    expect(left.toSorted()).toEqual(['Boolean', 'Float', 'ID', 'Int', 'String']);
  });
});

describe('an answer', () => {
  const shape = (document: string, data: Record<string, unknown>, language: Language = 'ru') =>
    shapeAnswer({ schema: SCHEMAS[language], language, places: PLACES, document, data });

  test('that is a list becomes a table with titles and values of the schema', () => {
    expect(
      shape('{ centres { id titleRu regionKato staffing { normUnits band } } }', {
        centres: [
          { id: '1', titleRu: 'Центр', regionKato: '710000000', staffing: { normUnits: 17, band: 'UP_TO_50' } },
          { id: '2', titleRu: 'Другой', regionKato: '620000000', staffing: null },
        ],
      }),
    ).toEqual([
      {
        title: 'Сеть Центров поддержки семьи',
        shape: {
          kind: 'table',
          more: false,
          columns: [
            { title: 'Наименование на русском языке', of: null },
            { title: 'Регион (код КАТО)', of: null },
            { title: 'Норматив, единиц', of: 'Штатная численность' },
            { title: 'Группа по количеству обращений в день', of: 'Штатная численность' },
          ],
          rows: [
            [
              { kind: 'value', text: 'Центр', number: null },
              { kind: 'value', text: 'г. Астана', number: null },
              { kind: 'value', text: '17', number: 17 },
              { kind: 'value', text: 'До 50 обращений в день', number: null },
            ],
            [
              { kind: 'value', text: 'Другой', number: null },
              { kind: 'value', text: 'область Ұлытау', number: null },
              { kind: 'nothing' },
              { kind: 'nothing' },
            ],
          ],
        },
      },
    ]);
  });

  test('lets a name stand for an object, and nothing else', () => {
    const person = { fullName: 'Анна', health: { needsMedicalHelp: false } };
    const document =
      '{ family(id: "1") { leadCentre { titleRu } members { person { fullName health { needsMedicalHelp } } } } }';
    const [first] = shape(document, { family: { leadCentre: { titleRu: 'Центр' }, members: [{ person }] } })!;
    expect(first?.shape).toEqual({
      kind: 'record',
      fields: [
        { title: 'Ведущий Центр', shape: { kind: 'value', text: 'Центр', number: null } },
        {
          title: 'Состав семьи',
          shape: {
            kind: 'table',
            more: false,
            columns: [
              { title: 'ФИО', of: 'Член семьи' },
              { title: 'Нуждается в медицинской помощи', of: 'Член семьи' },
            ],
            rows: [
              [
                { kind: 'value', text: 'Анна', number: null },
                { kind: 'value', text: 'нет', number: null },
              ],
            ],
          },
        },
      ],
    });
  });

  test('of pages says that there is more', () => {
    const [first] = shape('{ families(kato: "711110000", first: 1) { nodes { kato } pageInfo { hasNextPage } } }', {
      families: { nodes: [{ kato: '711110000' }], pageInfo: { hasNextPage: true } },
    })!;
    expect(first?.shape).toMatchObject({
      kind: 'table',
      more: true,
      rows: [[{ kind: 'value', text: 'Первый район' }]],
    });
  });

  test('with fragments, aliases and unions is read like one without', () => {
    const document = `
      query { plan(id: "1") { measures { evidence { __typename ... on MedicalAppointment { appointment: status } } ...State } } }
      fragment State on PlanMeasure { status }`;
    const [first] = shape(document, {
      plan: { measures: [{ evidence: [{ __typename: 'MedicalAppointment', appointment: 'BOOKED' }], status: 'DONE' }] },
    })!;
    expect(JSON.stringify(first?.shape)).toContain('"text":"Исполнено"');
  });

  test('to an unknown document has no shape', () => {
    expect(shape('subscription { nothing }', {})).toEqual([]);
  });

  test.each<[string, unknown, Language, string]>([
    ['Boolean', true, 'ru', 'да'],
    ['Boolean', false, 'kk', 'жоқ'],
    ['Date', '2025-10-01', 'ru', '1 окт. 2025 г.'],
    ['Date', '2025-10-01', 'kk', '2025 ж. 1 қазан'],
    ['DateTime', '2025-09-30T19:30:00Z', 'ru', '1 окт. 2025 г., 00:30'],
    ['DateTime', '2025-09-30T19:30:00Z', 'kk', '2025 ж. 1 қазан, 00:30'],
    ['KATO', '711110000', 'kk', 'Бірінші аудан'],
    ['KATO', '710000000', 'kk', 'Астана қ.'],
    ['KATO', '719990000', 'ru', 'г. Астана, 719990000'],
    ['Float', 0.5, 'ru', '0,5'],
    ['Int', 2025, 'ru', '2025'],
    ['IIN', '888101000000', 'ru', '888101000000'],
  ])('writes %s %j in %s as %s', (scalar, value, language, written) => {
    expect(formatScalar(scalar, value, language, PLACES)).toBe(written);
  });
});

describe('what stands above an answer', () => {
  const notices = (answer: Parameters<typeof listNotices>[0], language: Language = 'ru') =>
    listNotices(answer, SCHEMAS[language], language);

  test('names what was left out, and why, in the words of the schema', () => {
    const masked = [
      { group: 'MEDICAL_DETAILS', reason: 'ROLE' },
      { group: 'SCHOOL', reason: 'ROLE' },
      { group: 'FULL_IIN', reason: 'A_NEW_REASON' },
    ];
    expect(notices({ data: {}, extensions: { masked } })).toEqual([
      {
        tone: 'masked',
        title: 'Не показано: Медицинские сведения (врачебная тайна); Школа, посещаемость',
        detail: 'Не открыто вашей роли',
      },
      { tone: 'masked', title: 'Не показано: Полный ИИН', detail: 'A_NEW_REASON' },
    ]);
  });

  test('begins with the agencies that are down', () => {
    const errors = [
      { message: 'No.', extensions: { code: 'FORBIDDEN' } },
      { message: 'Down.', extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'education' } },
    ];
    expect(notices({ errors }, 'kk').map(({ tone, title }) => [tone, title])).toEqual([
      ['outage', 'Білім беру деректері қазір қолжетімсіз'],
      ['refusal', 'Бұл әрекет сіздің рөліңізге ашық емес'],
    ]);
  });

  test('tells what it does not know as it came', () => {
    expect(notices({ errors: [{ message: 'Failed to fetch' }] })).toEqual([
      { tone: 'refusal', title: 'Запрос не выполнен', detail: 'Failed to fetch' },
    ]);
  });
});

describe('the texts of the page', () => {
  const tables = [
    texts.TEXTS,
    texts.ROLE_NAMES,
    texts.PURPOSE_NAMES,
    texts.AGENCY_UNAVAILABLE,
    texts.ERRORS,
    texts.MASK_REASONS,
  ];
  const entries = tables.flatMap((table) => Object.entries(table));

  test('are there in every language, without a gap (decision F4)', () => {
    const gaps = entries.filter(([, entry]) => LANGUAGES.some((language) => !entry[language].trim()));
    expect(gaps).toEqual([]);
  });

  test('are written in the letters of their language', () => {
    const wrong = entries.filter(
      ([name, { ru, kk, en }]) =>
        name !== 'json' &&
        (!/[а-яё]/i.test(ru) || /[әғқңөұүһі]/i.test(ru) || !/[а-яё]/i.test(kk) || /[а-яё]/i.test(en)),
    );
    expect(wrong).toEqual([]);
  });

  test('offer every role once', () => {
    expect(texts.ROLE_ORDER.toSorted()).toEqual(Object.keys(texts.ROLE_NAMES).toSorted());
  });
});
