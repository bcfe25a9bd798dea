/** One question of the five-level method, answered yes or no for the whole family. */
export interface WellbeingIndicator {
  readonly domain: 'ECONOMIC' | 'SOCIAL' | 'HOUSING' | 'HEALTH' | 'EDUCATION';
  readonly code: string;
  readonly titleRu: string;
  readonly titleKk: string;
}

const indicator = (
  domain: WellbeingIndicator['domain'],
  code: string,
  titleRu: string,
  titleKk: string,
): WellbeingIndicator => ({ domain, code, titleRu, titleKk });

/**
 * By domain and code, the order in which a rating lists them. The domains are those of order № 267; its single indicators
 * could not be verified (domain.md 11), so these are plausible stand-ins. A code once used stays in the table.
 */
export const WELLBEING_INDICATORS: readonly WellbeingIndicator[] = [
  indicator(
    'ECONOMIC',
    'INCOME_BELOW_SUBSISTENCE',
    'Среднедушевой доход ниже прожиточного минимума',
    'Жан басына шаққандағы орташа табыс ең төмен күнкөріс деңгейінен төмен',
  ),
  indicator('ECONOMIC', 'NO_WORKING_ADULT', 'Нет работающих взрослых', 'Жұмыс істейтін ересектер жоқ'),
  indicator(
    'ECONOMIC',
    'OVERDUE_LOANS',
    'Просроченная задолженность по кредитам',
    'Несиелер бойынша мерзімі өткен берешек',
  ),
  indicator(
    'SOCIAL',
    'MEMBER_NEEDS_CARE',
    'Член семьи нуждается в постоянном уходе',
    'Отбасы мүшесі тұрақты күтімге мұқтаж',
  ),
  indicator(
    'SOCIAL',
    'NO_SOCIAL_INSURANCE',
    'Взрослые не участвуют в обязательном социальном страховании',
    'Ересектер міндетті әлеуметтік сақтандыруға қатыспайды',
  ),
  indicator('HOUSING', 'NO_OWN_HOUSING', 'Нет собственного жилья', 'Меншікті тұрғын үйі жоқ'),
  indicator('HOUSING', 'NO_RUNNING_WATER', 'В жилье нет водопровода', 'Тұрғын үйде су құбыры жоқ'),
  indicator(
    'HOUSING',
    'OVERCROWDED',
    'Жилая площадь на человека меньше нормы',
    'Бір адамға шаққандағы тұрғын алаңы нормадан аз',
  ),
  indicator(
    'HEALTH',
    'NO_MEDICAL_CHECK_UP',
    'Профилактический осмотр не пройден',
    'Профилактикалық тексеруден өтілмеген',
  ),
  indicator(
    'HEALTH',
    'NO_MEDICAL_INSURANCE',
    'Нет обязательного социального медицинского страхования',
    'Міндетті әлеуметтік медициналық сақтандыру жоқ',
  ),
  indicator(
    'EDUCATION',
    'NO_INTERNET_FOR_STUDY',
    'Нет доступа к интернету для учёбы',
    'Оқу үшін интернетке қолжетімділік жоқ',
  ),
  indicator(
    'EDUCATION',
    'NO_VOCATIONAL_EDUCATION',
    'У взрослых нет профессионального образования',
    'Ересектердің кәсіптік білімі жоқ',
  ),
];
