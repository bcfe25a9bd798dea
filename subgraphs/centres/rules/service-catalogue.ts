import type { ResponsibleBodyKind, SupportKind } from '../__generated__/resolvers.ts';

/** A service and the body in whose competence it lies. */
export interface CatalogueEntry {
  readonly kind: SupportKind;
  readonly body: ResponsibleBodyKind;
  readonly titleRu: string;
  readonly titleKk: string;
  /** One of those that make up the five measures for persons with signs of domestic violence (Rules p.23, R-060). */
  readonly forDomesticViolence: boolean;
  readonly source: string;
}

const service = (
  kind: SupportKind,
  body: ResponsibleBodyKind,
  titleRu: string,
  titleKk: string,
  source: string,
  forDomesticViolence = false,
): CatalogueEntry => ({ kind, body, titleRu, titleKk, forDomesticViolence, source });

const forViolence = (...entry: [SupportKind, ResponsibleBodyKind, string, string, string]) => service(...entry, true);

/**
 * By kind, then by body. Centres prevent and respond first; medical help is given by health alone; the consequences of
 * violence are treated by organisations of special social services such as crisis centres.
 */
export const SERVICE_CATALOGUE: readonly CatalogueEntry[] = [
  service('AGGRESSOR_CORRECTION', 'NGO', 'Психокоррекционный курс', 'Психокоррекциялық курс', 'R-069'),
  service('BENEFIT', 'SOCIAL_PROTECTION', 'Назначение пособий', 'Жәрдемақылар тағайындау', 'Rules p.16'),
  service(
    'CHILD_CARE',
    'EDUCATION',
    'Устройство ребёнка в детский сад или группу продлённого дня',
    'Баланы балабақшаға немесе күні ұзартылған топқа орналастыру',
    'Rules p.16',
  ),
  service('DOCUMENTS', 'JUSTICE', 'Оформление документов', 'Құжаттарды ресімдеу', 'Rules p.16'),
  service('EDUCATION_SUPPORT', 'EDUCATION', 'Поддержка в школе', 'Мектептегі қолдау', 'Rules p.16'),
  forViolence('EMPLOYMENT', 'EMPLOYMENT', 'Помощь в трудоустройстве', 'Жұмысқа орналасуға көмек', 'Rules p.23(2)'),
  service(
    'FAMILY_OWN_ACTION',
    'FAMILY',
    'Мера активного участия семьи',
    'Отбасының белсенді қатысу шарасы',
    'Rules p.16',
  ),
  service(
    'HOUSING',
    'HOUSING',
    'Содействие в решении жилищного вопроса',
    'Тұрғын үй мәселесін шешуге жәрдемдесу',
    'Rules p.16',
  ),
  forViolence(
    'INFORMATION',
    'CENTRE',
    'Информационная помощь и консультации о мерах государственной поддержки',
    'Ақпараттық көмек және мемлекеттік қолдау шаралары жөніндегі консультациялар',
    'Rules p.23(1), 23(4)',
  ),
  forViolence('LEGAL', 'CENTRE', 'Юридическая помощь', 'Заң көмегі', 'Rules p.6(3), 23(1)'),
  forViolence(
    'MEDICAL',
    'HEALTH',
    'Гарантированный объём бесплатной медицинской помощи, по содействию Центра',
    'Орталықтың жәрдемімен тегін медициналық көмектің кепілдік берілген көлемі',
    'Rules p.23(3)',
  ),
  service(
    'PREVENTIVE_WORK',
    'CENTRE',
    'Профилактическая работа с семьёй',
    'Отбасымен профилактикалық жұмыс',
    'Rules p.6(9)',
  ),
  service(
    'PREVENTIVE_WORK',
    'INTERNAL_AFFAIRS',
    'Профилактический контроль, контроль защитного предписания',
    'Профилактикалық бақылау, қорғау нұсқамасын бақылау',
    'Law 214-IV',
  ),
  forViolence('PSYCHOLOGICAL', 'CENTRE', 'Психологическая помощь', 'Психологиялық көмек', 'Rules p.6(3), 23(1)'),
  service('SOCIAL', 'CENTRE', 'Социальное сопровождение', 'Әлеуметтік сүйемелдеу', 'Rules p.6(3)'),
  service(
    'SPECIAL_SOCIAL_SERVICES',
    'SOCIAL_PROTECTION',
    'Специальные социальные услуги, в том числе кризисных центров: последствия насилия и реабилитация',
    'Арнаулы әлеуметтік қызметтер, оның ішінде дағдарыс орталықтарының қызметтері: зорлық-зомбылық салдары және оңалту',
    'Standard No. 263, Rules p.24',
  ),
  service(
    'SPORT_AND_CULTURE',
    'CULTURE',
    'Занятия в кружках и студиях',
    'Үйірмелер мен студиялардағы сабақтар',
    'Rules p.16',
  ),
  service('SPORT_AND_CULTURE', 'SPORT', 'Занятия в спортивной секции', 'Спорт секциясындағы сабақтар', 'Rules p.16'),
  service(
    'TARGETED_SOCIAL_ASSISTANCE',
    'SOCIAL_PROTECTION',
    'Адресная социальная помощь',
    'Атаулы әлеуметтік көмек',
    'Rules p.16',
  ),
  forViolence(
    'TEMPORARY_RESIDENCE',
    'CENTRE',
    'Временное проживание до одного месяца',
    'Бір айға дейін уақытша тұру',
    'Rules p.6(4), 23(5)',
  ),
  forViolence(
    'VOCATIONAL_TRAINING',
    'EMPLOYMENT',
    'Профессиональная подготовка, переподготовка и повышение квалификации',
    'Кәсіптік даярлау, қайта даярлау және біліктілікті арттыру',
    'Rules p.23(2)',
  ),
];
