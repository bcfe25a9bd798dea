import { ENUM_LABELS } from './__generated__/labels.ts';
import { BENEFIT_CODES } from './benefit-codes.ts';
import { ERROR_CODES, type ErrorCode } from './codes.ts';
import { WELLBEING_INDICATORS } from './wellbeing-indicators.ts';

export type LabelLanguage = 'RU' | 'KK';

/** What users see for a value or a code (decision F4). */
export interface LabelEntry {
  /** Enum or type of the schema. */
  readonly type: string;
  readonly value: string;
  readonly text: Readonly<Record<LabelLanguage, string>>;
}

/** What users read when a request fails; `extensions.code` is no enum of the schema. */
export const ERROR_LABELS: Readonly<Record<ErrorCode, Readonly<Record<LabelLanguage, string>>>> = {
  UNAUTHENTICATED: { RU: 'Войдите в систему ещё раз', KK: 'Жүйеге қайта кіріңіз' },
  FORBIDDEN: { RU: 'Нет права на это действие', KK: 'Бұл әрекетке құқық жоқ' },
  PURPOSE_REQUIRED: {
    RU: 'Укажите цель обращения к персональным данным',
    KK: 'Дербес деректерге жүгіну мақсатын көрсетіңіз',
  },
  INVALID_INPUT: { RU: 'Данные введены неверно', KK: 'Деректер қате енгізілген' },
  IIN_INVALID: { RU: 'Такого ИИН быть не может', KK: 'Мұндай ЖСН болуы мүмкін емес' },
  AGENCY_UNAVAILABLE: {
    RU: 'Ведомство сейчас не отвечает, его сведения не показаны',
    KK: 'Ведомство қазір жауап бермейді, оның мәліметтері көрсетілмеген',
  },
  NOT_READY: {
    RU: 'Сервер запускается или останавливается, повторите через минуту',
    KK: 'Сервер іске қосылуда немесе тоқтатылуда, бір минуттан кейін қайталаңыз',
  },
  NOT_IMPLEMENTED: { RU: 'Эта возможность ещё не готова', KK: 'Бұл мүмкіндік әлі дайын емес' },
  INTERNAL: { RU: 'Произошла ошибка, сообщите номер запроса', KK: 'Қате болды, сұрау нөмірін хабарлаңыз' },
  RATE_LIMITED: { RU: 'Слишком много запросов, подождите минуту', KK: 'Сұраулар тым көп, бір минут күтіңіз' },
  BAD_REQUEST: { RU: 'Запрос составлен неверно', KK: 'Сұрау қате құрылған' },
  METHOD_NOT_ALLOWED: { RU: 'Такой способ запроса не разрешён', KK: 'Сұраудың бұл тәсіліне рұқсат жоқ' },
  UNSUPPORTED_MEDIA_TYPE: { RU: 'Неподдерживаемый формат запроса', KK: 'Сұрау пішімі қолданылмайды' },
  PAYLOAD_TOO_LARGE: { RU: 'Запрос слишком большой', KK: 'Сұрау тым үлкен' },
  NOT_FOUND: { RU: 'Такого адреса нет', KK: 'Мұндай мекенжай жоқ' },
  GRAPHQL_PARSE_FAILED: { RU: 'Запрос не читается', KK: 'Сұрау оқылмайды' },
  GRAPHQL_VALIDATION_FAILED: { RU: 'Запрос не соответствует схеме', KK: 'Сұрау схемаға сәйкес емес' },
  OPERATION_RESOLUTION_FAILURE: {
    RU: 'Не указано, какую операцию выполнить',
    KK: 'Қай операцияны орындау керегі көрсетілмеген',
  },
};

const coded = (type: string, codes: readonly { code: string; titleRu: string; titleKk: string }[]): LabelEntry[] =>
  codes.map(({ code, titleRu, titleKk }) => ({ type, value: code, text: { RU: titleRu, KK: titleKk } }));

/** Captions of every enum value of the graph and of the codes that are text in it, by type and value. */
export const LABELS: readonly LabelEntry[] = [
  ...ENUM_LABELS.map(([type, value, ru, kk]) => ({ type, value, text: { RU: ru, KK: kk } })),
  ...coded('BenefitAward', BENEFIT_CODES),
  ...coded('WellbeingIndicator', WELLBEING_INDICATORS),
  ...Object.keys(ERROR_CODES).map((code) => ({
    type: 'ErrorCode',
    value: code,
    text: ERROR_LABELS[code as ErrorCode],
  })),
].toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));

const BY_NAME = new Map(LABELS.map((label) => [nameOf(label), label]));

/** The caption of a value; every one of the schema has its own. */
export function getLabel(type: string, value: string, language: LabelLanguage): string {
  const label = BY_NAME.get(`${type}.${value}`);
  if (!label) throw new Error(`A value must have its caption; ${type}.${value} has none.`);
  return label.text[language];
}

function nameOf({ type, value }: Pick<LabelEntry, 'type' | 'value'>): string {
  return `${type}.${value}`;
}
