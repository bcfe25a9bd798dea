import type { Purpose, Role } from '../../../schema/access.ts';
import type { ErrorCode } from '../../../schema/codes.ts';
import { type Language, type Text, text } from './languages.ts';

/** Names of the languages, each in its own. */
export const LANGUAGE_NAMES: Record<Language, { readonly short: string; readonly full: string }> = {
  ru: { short: 'RU', full: 'Русский' },
  kk: { short: 'KK', full: 'Қазақша' },
  en: { short: 'EN', full: 'English' },
};

/** What the frame of the page says. */
export const TEXTS = {
  title: text('Граф семьи', 'Отбасы графы', 'Family graph'),
  subtitle: text(
    'Площадка запросов для сотрудников министерства',
    'Министрлік қызметкерлеріне арналған сұраулар алаңы',
    'Playground for ministry staff',
  ),
  language: text('Язык', 'Тіл', 'Language'),
  invented: text(
    'Эта страна вымышлена: людей, семей и организаций здесь не существует.',
    'Бұл ел ойдан шығарылған: мұндағы адамдар, отбасылар мен ұйымдар жоқ.',
    'This country is invented: none of its people, families and organisations exist.',
  ),
  clock: text('Время демонстрации', 'Көрсетілім уақыты', 'Time of the demonstration'),
  systemClock: text('Время системы', 'Жүйе уақыты', 'Time of the system'),
  role: text('Вы работаете как', 'Сіздің рөліңіз', 'You act as'),
  demo: text('демо', 'демо', 'demo'),
  district: text('Район', 'Аудан', 'District'),
  purpose: text('Цель доступа', 'Қол жеткізу мақсаты', 'Purpose'),
  noPurpose: text('не указана', 'көрсетілмеген', 'not given'),
  token: text('Токен доступа', 'Қол жеткізу токені', 'Access token'),
  tokenHint: text(
    'Вставьте токен вашей системы входа',
    'Кіру жүйеңіздің токенін қойыңыз',
    'Paste a token of your identity provider',
  ),
  useToken: text('Войти', 'Кіру', 'Sign in'),
  examples: text('Примеры запросов', 'Сұрау мысалдары', 'Example requests'),
  notYet: text('скоро', 'жақында', 'soon'),
  run: text('Выполнить', 'Орындау', 'Run'),
  docs: text('Описание данных', 'Деректер сипаттамасы', 'Documentation'),
  builder: text('Конструктор', 'Құрастырушы', 'Query builder'),
  request: text('Запрос', 'Сұрау', 'Request'),
  variables: text('Переменные', 'Айнымалылар', 'Variables'),
  answer: text('Ответ', 'Жауап', 'Answer'),
  answerView: text('Вид ответа', 'Жауап түрі', 'View of the answer'),
  readable: text('Таблица', 'Кесте', 'Table'),
  json: text('JSON', 'JSON', 'JSON'),
  waiting: text('Запрос выполняется…', 'Сұрау орындалуда…', 'The request is running…'),
  noAnswer: text(
    'Выберите пример слева или составьте запрос и нажмите «Выполнить».',
    'Сол жақтан мысал таңдаңыз немесе сұрау жазып, «Орындау» түймесін басыңыз.',
    'Choose an example or write a request, and press Run.',
  ),
  noData: text('В ответе нет данных.', 'Жауапта дерек жоқ.', 'The answer has no data.'),
  emptyList: text('Записей нет', 'Жазба жоқ', 'No entries'),
  more: text('Показана первая страница, есть ещё.', 'Бірінші бет көрсетілді, тағы бар.', 'First page; there is more.'),
  yes: text('да', 'иә', 'yes'),
  no: text('нет', 'жоқ', 'no'),
  masked: text('Не показано', 'Көрсетілмеді', 'Not shown'),
  restIsThere: text('Остальные данные ответа на месте.', 'Жауаптың қалған деректері орнында.', 'The rest is there.'),
  commandRefused: text('Команда отклонена', 'Команда қабылданбады', 'The command was refused'),
  unknownError: text('Запрос не выполнен', 'Сұрау орындалмады', 'The request failed'),
  noSchema: text(
    'Описание данных открыто роли «Аналитик министерства».',
    'Деректер сипаттамасы «Министрлік талдаушысы» рөліне ашық.',
    'The documentation is open to the ministry analyst.',
  ),
  broken: text(
    'Страница не смогла связаться с шлюзом. Обновите её.',
    'Бет шлюзбен байланыса алмады. Оны жаңартыңыз.',
    'The page could not reach the gateway. Reload it.',
  ),
} as const satisfies Record<string, Text>;

export const ROLE_NAMES: Record<Role, Text> = {
  POLICE: text('Сотрудник полиции', 'Полиция қызметкері', 'Police officer'),
  PROBATION: text('Сотрудник службы пробации', 'Пробация қызметінің қызметкері', 'Probation officer'),
  DOCTOR: text('Врач', 'Дәрігер', 'Doctor'),
  SOCIAL_PEDAGOGUE: text('Социальный педагог школы', 'Мектептің әлеуметтік педагогы', 'Social pedagogue'),
  GUARDIANSHIP: text(
    'Специалист органа опеки и попечительства',
    'Қорғаншылық және қамқоршылық органының маманы',
    'Guardianship specialist',
  ),
  SOCIAL_PROTECTION: text(
    'Специалист социальной защиты',
    'Әлеуметтік қорғау органының маманы',
    'Social protection specialist',
  ),
  CASE_MANAGER: text('Кейс-менеджер', 'Кейс-менеджер', 'Case manager'),
  CENTRE_HEAD: text('Руководитель центра', 'Орталық басшысы', 'Head of a centre'),
  PSYCHOLOGIST: text('Психолог центра', 'Орталық психологы', 'Psychologist of a centre'),
  LAWYER: text('Юрист центра', 'Орталық заңгері', 'Lawyer of a centre'),
  MOBILE_GROUP: text('Член мобильной группы', 'Мобильдік топтың мүшесі', 'Member of a mobile group'),
  CRISIS_CENTRE: text('Специалист кризисного центра', 'Дағдарыс орталығының маманы', 'Crisis centre specialist'),
  CHILD_HELP_ROOM: text(
    'Специалист кабинета помощи детям',
    'Балаларға көмек көрсету кабинетінің маманы',
    'Help room specialist',
  ),
  CONTACT_CENTRE_111: text(
    'Оператор контакт-центра «111»',
    '«111» байланыс орталығының операторы',
    'Operator of contact centre 111',
  ),
  ANALYST: text('Аналитик министерства', 'Министрлік талдаушысы', 'Ministry analyst'),
  OMBUDSMAN: text('Уполномоченный по правам ребёнка', 'Бала құқықтары жөніндегі уәкіл', "Children's rights ombudsman"),
  INTEGRATOR: text('Системный интегратор', 'Жүйелік интегратор', 'System integrator'),
  FAMILY_MEMBER: text('Член семьи', 'Отбасы мүшесі', 'Family member'),
};

/** In the order of the list: who opens the page first stands first, then the centre, then the agencies. */
export const ROLE_ORDER = [
  'ANALYST',
  'CASE_MANAGER',
  'CENTRE_HEAD',
  'PSYCHOLOGIST',
  'LAWYER',
  'MOBILE_GROUP',
  'POLICE',
  'PROBATION',
  'DOCTOR',
  'SOCIAL_PEDAGOGUE',
  'GUARDIANSHIP',
  'SOCIAL_PROTECTION',
  'CRISIS_CENTRE',
  'CHILD_HELP_ROOM',
  'CONTACT_CENTRE_111',
  'OMBUDSMAN',
  'INTEGRATOR',
  'FAMILY_MEMBER',
] as const satisfies readonly Role[];

export const PURPOSE_NAMES: Record<Purpose, Text> = {
  CASE_WORK: text('Сопровождение случая', 'Істі сүйемелдеу', 'Case work'),
  SERVICE_DELIVERY: text('Оказание услуги', 'Қызмет көрсету', 'Service delivery'),
  EMERGENCY: text('Экстренное реагирование', 'Шұғыл ден қою', 'Emergency'),
  SUPERVISION: text('Контроль и надзор', 'Бақылау және қадағалау', 'Supervision'),
  STATISTICS: text('Статистика и анализ', 'Статистика және талдау', 'Statistics'),
  INTEGRATION: text('Межсистемный обмен', 'Жүйеаралық алмасу', 'Integration'),
};

/** Above an answer in which an agency's part is missing. */
export const AGENCY_UNAVAILABLE = {
  interior: text(
    'Данные Министерства внутренних дел сейчас недоступны',
    'Ішкі істер министрлігінің деректері қазір қолжетімсіз',
    'Data of the Interior Ministry are unavailable now',
  ),
  health: text(
    'Данные здравоохранения сейчас недоступны',
    'Денсаулық сақтау деректері қазір қолжетімсіз',
    'Health data are unavailable now',
  ),
  education: text(
    'Данные образования сейчас недоступны',
    'Білім беру деректері қазір қолжетімсіз',
    'Education data are unavailable now',
  ),
  social: text(
    'Данные социальной защиты сейчас недоступны',
    'Әлеуметтік қорғау деректері қазір қолжетімсіз',
    'Social protection data are unavailable now',
  ),
  centres: text(
    'Данные центров поддержки семьи сейчас недоступны',
    'Отбасын қолдау орталықтарының деректері қазір қолжетімсіз',
    'Data of the Family Support Centres are unavailable now',
  ),
} as const satisfies Record<string, Text>;

/** What each code of the gateway means to whoever sits before the page. */
export const ERRORS: Record<ErrorCode, Text> = {
  UNAUTHENTICATED: text(
    'Токен не принят: его нет, он истёк или выдан не для этой системы',
    'Токен қабылданбады: ол жоқ, мерзімі өткен немесе бұл жүйеге берілмеген',
    'The token was not accepted: it is missing, expired or of another system',
  ),
  FORBIDDEN: text(
    'Это действие не открыто вашей роли',
    'Бұл әрекет сіздің рөліңізге ашық емес',
    'Not open to your role',
  ),
  PURPOSE_REQUIRED: text(
    'Для персональных данных нужна цель доступа: выберите её вверху',
    'Дербес деректер үшін қол жеткізу мақсаты керек: оны жоғарыдан таңдаңыз',
    'Personal data need a purpose: choose one above',
  ),
  INVALID_INPUT: text(
    'Значение переменной не той формы',
    'Айнымалының мәні тиісті пішінде емес',
    'A variable is not of its form',
  ),
  IIN_INVALID: text('ИИН записан с ошибкой', 'ЖСН қате жазылған', 'The IIN is not valid'),
  AGENCY_UNAVAILABLE: text(
    'Данные одного ведомства сейчас недоступны',
    'Бір ведомствоның деректері қазір қолжетімсіз',
    'The data of an agency are unavailable now',
  ),
  NOT_IMPLEMENTED: text(
    'Этот запрос описан, но ещё не обслуживается',
    'Бұл сұрау сипатталған, бірақ әзірге орындалмайды',
    'This request is described, but not answered yet',
  ),
  INTERNAL: text(
    'Внутренняя ошибка: она записана в журнал',
    'Ішкі қате: ол журналға жазылды',
    'An internal error: it is in the log',
  ),
  RATE_LIMITED: text(
    'Слишком много запросов подряд',
    'Қатарынан тым көп сұрау жіберілді',
    'Too many requests of this kind',
  ),
  BAD_REQUEST: text('Запрос записан с ошибкой', 'Сұрау қате жазылған', 'The request is malformed'),
  METHOD_NOT_ALLOWED: text('Такой способ обращения не принят', 'Мұндай тәсіл қабылданбайды', 'Method not allowed'),
  UNSUPPORTED_MEDIA_TYPE: text('Такой вид данных не принят', 'Деректердің мұндай түрі қабылданбайды', 'Not JSON'),
  PAYLOAD_TOO_LARGE: text('Запрос слишком велик', 'Сұрау тым үлкен', 'The request is too large'),
  NOT_FOUND: text('По этому адресу ничего нет', 'Бұл мекенжайда ештеңе жоқ', 'There is nothing at this address'),
  NOT_READY: text(
    'Система запускается или останавливается: повторите через минуту',
    'Жүйе іске қосылуда немесе тоқтатылуда: бір минуттан кейін қайталаңыз',
    'The system is starting or stopping: ask again in a minute',
  ),
  GRAPHQL_PARSE_FAILED: text(
    'Текст запроса не читается как GraphQL',
    'Сұрау мәтіні GraphQL ретінде оқылмайды',
    'The request is not GraphQL',
  ),
  GRAPHQL_VALIDATION_FAILED: text(
    'Запрос не соответствует описанию данных',
    'Сұрау деректер сипаттамасына сай емес',
    'The request does not fit the schema',
  ),
  OPERATION_RESOLUTION_FAILURE: text(
    'Не указано, какую из операций выполнить',
    'Операциялардың қайсысын орындау керегі көрсетілмеген',
    'The request does not say which operation to run',
  ),
};

/** Why a group of fields was lawfully left out. */
export const MASK_REASONS: Readonly<Record<string, Text>> = {
  ROLE: text('Не открыто вашей роли', 'Сіздің рөліңізге ашық емес', 'Not open to your role'),
};

/** Words of the line about access in the documentation. */
export const ACCESS_WORDS: Record<Language, Record<'access' | 'group' | 'class' | 'statusOnly', string>> = {
  ru: { access: 'Доступ', group: 'группа', class: 'класс', statusOnly: 'только статус' },
  kk: { access: 'Қолжетімділік', group: 'топ', class: 'сынып', statusOnly: 'тек мәртебе' },
  en: { access: 'Access', group: 'group', class: 'class', statusOnly: 'status only' },
};
