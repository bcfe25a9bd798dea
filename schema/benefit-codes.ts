/** A measure of state social support as the reference table names it. */
export interface BenefitCode {
  readonly code: string;
  readonly titleRu: string;
  readonly titleKk: string;
  /** Kind of state support (Rules p.16). */
  readonly supportKind: 'TARGETED_SOCIAL_ASSISTANCE' | 'BENEFIT' | 'HOUSING' | 'SPECIAL_SOCIAL_SERVICES';
}

const benefit = (
  code: string,
  supportKind: BenefitCode['supportKind'],
  titleRu: string,
  titleKk: string,
): BenefitCode => ({ code, titleRu, titleKk, supportKind });

/** The codes are this graph's own. A code once used stays in the table: old awards are still titled by it. */
export const BENEFIT_CODES = [
  benefit(
    'TSA_UNCONDITIONAL',
    'TARGETED_SOCIAL_ASSISTANCE',
    'Безусловная адресная социальная помощь',
    'Шартсыз атаулы әлеуметтік көмек',
  ),
  benefit(
    'TSA_CONDITIONAL',
    'TARGETED_SOCIAL_ASSISTANCE',
    'Обусловленная адресная социальная помощь',
    'Шартты атаулы әлеуметтік көмек',
  ),
  benefit('BIRTH', 'BENEFIT', 'Единовременное пособие на рождение ребёнка', 'Бала тууға байланысты біржолғы жәрдемақы'),
  benefit(
    'CHILD_CARE_TO_18_MONTHS',
    'BENEFIT',
    'Пособие по уходу за ребёнком до полутора лет',
    'Бала бір жарым жасқа толғанға дейін оның күтіміне байланысты жәрдемақы',
  ),
  benefit('LARGE_FAMILY', 'BENEFIT', 'Пособие многодетной семье', 'Көпбалалы отбасыға жәрдемақы'),
  benefit(
    'CHILD_WITH_DISABILITY_CARE',
    'BENEFIT',
    'Пособие воспитывающему ребёнка с инвалидностью',
    'Мүгедектігі бар баланы тәрбиелеушіге жәрдемақы',
  ),
  benefit(
    'DISABILITY',
    'BENEFIT',
    'Государственное социальное пособие по инвалидности',
    'Мүгедектігі бойынша мемлекеттік әлеуметтік жәрдемақы',
  ),
  benefit(
    'SURVIVOR',
    'BENEFIT',
    'Государственное социальное пособие по случаю потери кормильца',
    'Асыраушысынан айырылу жағдайы бойынша мемлекеттік әлеуметтік жәрдемақы',
  ),
  benefit('HOUSING_ASSISTANCE', 'HOUSING', 'Жилищная помощь', 'Тұрғын үй көмегі'),
  benefit(
    'SPECIAL_SERVICES_AT_HOME',
    'SPECIAL_SOCIAL_SERVICES',
    'Специальные социальные услуги на дому',
    'Үйде көрсетілетін арнаулы әлеуметтік қызметтер',
  ),
] as const satisfies readonly BenefitCode[];
