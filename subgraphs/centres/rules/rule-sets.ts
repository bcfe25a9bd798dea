/** An edition of a normative act whose rules this graph applies (R-036, R-043, R-044, C-28). */
export interface RuleSetEdition {
  readonly code: string;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly source: string;
  readonly validFrom: string;
  /** The last day, or null while it is in force. */
  readonly validTo: string | null;
}

const COORDINATION_RU =
  'Правила координации работы по охвату лиц (семей), оказавшихся в трудной жизненной ситуации, всесторонней поддержкой в пределах компетенции государственных органов';
const COORDINATION_KK =
  'Өмірлік қиын жағдайда қалған адамдарды (отбасыларды) мемлекеттік органдардың құзыреті шегінде жан-жақты қолдаумен қамту жөніндегі жұмысты үйлестіру қағидалары';

/**
 * By code, then by date. An order without a known day of entry into force is dated by its signing; the Rules № 256 are
 * applied from the month after their registration, as all deadlines here are.
 */
export const RULE_SETS: readonly RuleSetEdition[] = [
  {
    code: 'COORDINATION_192',
    titleRu: COORDINATION_RU,
    titleKk: COORDINATION_KK,
    source:
      'Приказ Министра труда и социальной защиты населения от 14 июня 2024 года № 192, adilet G24G0000192; подпункт 20-1) статьи 19 Социального кодекса',
    validFrom: '2024-06-14',
    validTo: '2026-02-23',
  },
  {
    code: 'COORDINATION_192',
    titleRu: `${COORDINATION_RU} (в новой редакции)`,
    titleKk: `${COORDINATION_KK} (жаңа редакцияда)`,
    source:
      'Приказ от 24 февраля 2026 года об изложении приказа № 192 в новой редакции; подпункт 20-1) статьи 19 Социального кодекса',
    validFrom: '2026-02-24',
    validTo: null,
  },
  {
    code: 'RULES_256',
    titleRu: 'Правила осуществления деятельности Центров поддержки семьи',
    titleKk: 'Отбасын қолдау орталықтарының қызметін жүзеге асыру қағидалары',
    source:
      'Приказ Министра культуры и информации от 14 июня 2024 года № 256-НҚ, зарегистрирован под № 34499, adilet V2400034499',
    validFrom: '2024-07-01',
    validTo: null,
  },
  {
    code: 'STANDARD_496',
    titleRu:
      'Стандарт по охвату лиц (семей), оказавшихся в трудной жизненной ситуации, всесторонней поддержкой через интегрированную модель',
    titleKk:
      'Өмірлік қиын жағдайда қалған адамдарды (отбасыларды) интеграцияланған модель арқылы жан-жақты қолдаумен қамту стандарты',
    source: 'Совместный приказ от 24 октября 2024 года № 496-НҚ',
    validFrom: '2024-10-24',
    validTo: null,
  },
];

/** The editions in force on a day, in the order of the table. */
export function listRuleSets(on: string): RuleSetEdition[] {
  return RULE_SETS.filter(({ validFrom, validTo }) => validFrom <= on && (validTo === null || on <= validTo));
}
