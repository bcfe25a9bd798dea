import { findRegion, toRegionKato } from '../../../schema/regions.ts';
import type { Language } from './languages.ts';
import { TEXTS } from './texts.ts';

/** Kazakh is written with the numbers and times of Russian, which every browser has. */
const LOCALES: Record<Language, string> = { ru: 'ru-KZ', kk: 'ru-KZ', en: 'en-GB' };
const TIME_ZONE = 'Asia/Almaty';

/** Titles of districts by their code, as far as the page knows them. */
export type Places = ReadonlyMap<string, Record<Language, string>>;

/** A value of a scalar of the contract as people write it. */
export function formatScalar(scalar: string, value: unknown, language: Language, places: Places): string {
  const format = FORMATS[scalar];
  return format ? format(value, language, places) : String(value);
}

const FORMATS: Readonly<Record<string, (value: unknown, language: Language, places: Places) => string>> = {
  Boolean: (value, language) => TEXTS[value === true ? 'yes' : 'no'][language],
  Int: (value, language) => formatNumber(Number(value), language),
  Float: (value, language) => formatNumber(Number(value), language),
  Date: (value, language) => formatDay(String(value), language),
  DateTime: (value, language) => formatInstant(String(value), language),
  String: (value, language) => formatText(String(value), language),
  KATO: (value, language, places) => formatPlace(String(value), language, places),
};

function formatNumber(value: number, language: Language): string {
  return value.toLocaleString(LOCALES[language], { maximumFractionDigits: 2, useGrouping: Math.abs(value) >= 10_000 });
}

function formatDay(day: string, language: Language): string {
  return writeDay(Date.parse(day), language, { dateStyle: 'medium', timeZone: 'UTC' });
}

const DAYS = /^\d{4}-\d{2}-\d{2}(?:\/\d{4}-\d{2}-\d{2})?$/;

/** Texts stay as they are, but for a day or a period, from day to day. */
function formatText(text: string, language: Language): string {
  if (!DAYS.test(text)) return text;
  return text
    .split('/')
    .map((day) => formatDay(day, language))
    .join(' – ');
}

function formatInstant(instant: string, language: Language): string {
  const milliseconds = Date.parse(instant);
  const day = writeDay(milliseconds, language, { dateStyle: 'medium', timeZone: TIME_ZONE });
  return `${day}, ${writeTime(milliseconds, language, 'short')}`;
}

/** The clock of the page, to the second. */
export function formatClock(milliseconds: number, language: Language): { readonly day: string; readonly time: string } {
  return {
    day: writeDay(milliseconds, language, { dateStyle: 'long', timeZone: TIME_ZONE }),
    time: writeTime(milliseconds, language, 'medium'),
  };
}

function writeTime(milliseconds: number, language: Language, timeStyle: 'short' | 'medium'): string {
  return new Intl.DateTimeFormat(LOCALES[language], { timeStyle, timeZone: TIME_ZONE, hourCycle: 'h23' }).format(
    milliseconds,
  );
}

const KAZAKH_MONTHS = [
  'қаңтар',
  'ақпан',
  'наурыз',
  'сәуір',
  'мамыр',
  'маусым',
  'шілде',
  'тамыз',
  'қыркүйек',
  'қазан',
  'қараша',
  'желтоқсан',
] as const;

/** Browsers without Kazakh would write «2025 M10 1»: its months stand above. */
function writeDay(milliseconds: number, language: Language, style: Intl.DateTimeFormatOptions): string {
  if (language !== 'kk') return new Intl.DateTimeFormat(LOCALES[language], style).format(milliseconds);
  const parts = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    timeZone: style.timeZone,
  }).formatToParts(milliseconds);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  return `${part('year')} ж. ${part('day')} ${KAZAKH_MONTHS[part('month') - 1] ?? ''}`;
}

function formatPlace(kato: string, language: Language, places: Places): string {
  const district = places.get(kato)?.[language];
  if (district) return district;
  const region = findRegion(kato);
  if (!region) return kato;
  const title = language === 'kk' ? region.titleKk : region.titleRu;
  return kato === toRegionKato(kato) ? title : `${title}, ${kato}`;
}
