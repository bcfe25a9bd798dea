import { Kind, OperationTypeNode, parse } from 'graphql';
import type { Purpose, Role } from '../../../schema/access.ts';
import { isNotImplemented } from '../../../schema/not-implemented.ts';
import { type Text, text } from './languages.ts';

/** What an example may fill its variables from: where and when the caller works. */
export interface Circumstances {
  /** The caller's own district, or the one chosen for callers who work for the whole country. */
  readonly districtKato: string;
  readonly regionKato: string;
  /** The time by the clock of the system, not of the browser. */
  readonly now: string;
}

/** A document that somebody of that role sends; its comments explain it in Russian. */
export interface Example {
  readonly id: string;
  /** The first of them is its main one, in whose list it stands above what is shared. */
  readonly roles: readonly Role[] | 'EVERYBODY';
  readonly purpose: Purpose;
  readonly title: Text;
  readonly document: string;
  readonly variables?: (circumstances: Circumstances) => Record<string, unknown>;
  /** Asked before, with the same token: variables that only the data can give, such as the id of a family with a plan. */
  readonly find?: {
    readonly document: string;
    // The document above says what comes.
    // oxlint-disable-next-line no-explicit-any
    readonly read: (data: any) => Record<string, unknown> | undefined;
  };
}

const yearOf = ({ now }: Circumstances) => Number(now.slice(0, 4));
/** The seven whole months before this one: on the day of the demonstration those of the published flows (decision D2). */
const lastMonthsOf = ({ now }: Circumstances) => {
  const [year = 0, month = 1] = now.split('-').map(Number);
  const dateOf = (monthIndex: number, day: number) =>
    new Date(Date.UTC(year, monthIndex, day)).toISOString().slice(0, 10);
  return { from: dateOf(month - 1 - PUBLISHED_MONTHS, 1), to: dateOf(month - 1, 0) };
};
const PUBLISHED_MONTHS = 7;
/** The year for which the police's figures are published (domain.md 2). */
const POLICE_FIGURES_YEAR = 2023;
const inDistrict = ({ districtKato }: Circumstances) => ({ districtKato });

/** The first families of the district, of which one has a plan in force. */
const FAMILY_WITH_PLAN = (read: (family: FoundFamily) => Record<string, unknown>) => ({
  document: /* GraphQL */ `
    query FamilyWithPlan($districtKato: KATO!) {
      families(kato: $districtKato, first: 50) {
        nodes {
          id
          activePlan {
            id
            versionInForce
          }
        }
      }
    }
  `,
  read: (data: { families: { nodes: FoundFamily[] } | null }) => {
    const family = data.families?.nodes.find(({ activePlan }) => activePlan);
    return family && read(family);
  },
});
interface FoundFamily {
  readonly id: string;
  readonly activePlan: { readonly id: string; readonly versionInForce: number | null } | null;
}

const OWN_CENTRE = {
  document: /* GraphQL */ `
    query OwnCentre {
      me {
        organisation {
          id
        }
      }
    }
  `,
  read: (data: { me: { organisation: { id: string } | null } }) =>
    data.me.organisation ? { centreId: data.me.organisation.id } : undefined,
};

/** What a body has to do in its district: one document, told apart by its variable. */
const inbox = (role: Role, body: string, title: Text): Example => ({
  id: `inbox-${body.toLowerCase().replaceAll('_', '-')}-${role.toLowerCase().replaceAll('_', '-')}`,
  roles: [role],
  purpose: 'SERVICE_DELIVERY',
  title,
  document: /* GraphQL */ `
    # Входящие органа: мероприятия индивидуальных планов, за которые он отвечает в своём районе.
    # Первыми идут те, чей срок ближе. Только просроченные: "overdueOnly": true.
    query MeasuresInbox($body: ResponsibleBodyKind!, $districtKato: KATO!, $overdueOnly: Boolean) {
      measuresInbox(body: $body, districtKato: $districtKato, overdueOnly: $overdueOnly, first: 20) {
        nodes {
          number
          title
          kind
          status
          beneficiary {
            fullName
          }
          due {
            dueAt
            overdue
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  `,
  variables: ({ districtKato }) => ({ body, districtKato, overdueOnly: false }),
});

/** In the order in which the page lists them; the first that the release answers opens with its role. */
export const EXAMPLES: readonly Example[] = [
  {
    id: 'indicators',
    roles: ['ANALYST', 'OMBUDSMAN', 'CENTRE_HEAD'],
    purpose: 'STATISTICS',
    title: text('Показатели за период', 'Кезең бойынша көрсеткіштер', 'Indicators of a period'),
    document: /* GraphQL */ `
      # Показатели работы центров: вычисляются из событий, вручную их никто не вводит.
      # Значение скрыто (suppressed), если за ним стоит слишком мало людей.
      # По регионам: добавьте аргумент breakdown: REGION. Что именно считается: поле definitionRu.
      query Indicators($codes: [String!]!, $from: Date!, $to: Date!) {
        indicators(codes: $codes, from: $from, to: $to) {
          titleRu
          value
          period
          suppressed
        }
      }
    `,
    variables: (circumstances) => ({
      codes: ['CENTRES_ACTIVE', 'APPEALS', 'CONSULTATIONS', 'MEASURES_ASSIGNED', 'MOBILE_CASES', 'FAMILIES_ON_SUPPORT'],
      ...lastMonthsOf(circumstances),
    }),
  },
  {
    id: 'centre-network',
    roles: ['ANALYST', 'CENTRE_HEAD', 'CONTACT_CENTRE_111'],
    purpose: 'STATISTICS',
    title: text('Сеть центров и штат', 'Орталықтар желісі мен штаты', 'Centres and their staff'),
    document: /* GraphQL */ `
      # Центры поддержки семьи: нагрузка и укомплектованность против минимального норматива Правил.
      # По одному региону: добавьте аргумент regionKato, например "710000000" – Астана.
      query CentreNetwork {
        centres {
          titleRu
          regionKato
          staffing {
            normUnits
            actualUnits
            psychologistsNorm
            psychologistsActual
          }
        }
      }
    `,
  },
  {
    id: 'protection-orders-by-region',
    roles: ['ANALYST', 'OMBUDSMAN', 'POLICE'],
    purpose: 'STATISTICS',
    title: text(
      'Защитные предписания по регионам',
      'Өңірлер бойынша қорғау нұсқамалары',
      'Protection orders by region',
    ),
    document: /* GraphQL */ `
      # Сколько защитных предписаний вынесено за год в каждом регионе. Людей здесь нет, только счёт.
      query ProtectionOrdersByRegion($year: Int!) {
        protectionOrderStats(year: $year) {
          regionKato
          orders
        }
      }
    `,
    variables: () => ({ year: POLICE_FIGURES_YEAR }),
  },
  {
    id: 'crisis-centres',
    roles: ['ANALYST', 'CRISIS_CENTRE', 'SOCIAL_PROTECTION'],
    purpose: 'STATISTICS',
    title: text('Кризисные центры', 'Дағдарыс орталықтары', 'Crisis centres'),
    document: /* GraphQL */ `
      # Кризисные центры страны: кому помогают, сколько мест, до какого дня лицензия.
      query CrisisCentres {
        crisisCentres {
          titleRu
          regionKato
          targetGroups
          capacity
          licensedUntil
        }
      }
    `,
  },
  {
    id: 'indicator-definitions',
    roles: ['ANALYST'],
    purpose: 'STATISTICS',
    title: text('Как считаются показатели', 'Көрсеткіштер қалай есептеледі', 'How indicators are computed'),
    document: /* GraphQL */ `
      # Определение каждого показателя: что считается, в каких единицах, откуда.
      query IndicatorDefinitions {
        indicatorDefinitions {
          titleRu
          definitionRu
          unit
          source
          code
        }
      }
    `,
  },
  {
    id: 'published-parameters',
    roles: ['ANALYST'],
    purpose: 'STATISTICS',
    title: text('Опубликованные планы и бюджет', 'Жарияланған жоспарлар мен бюджет', 'Published plans and budget'),
    document: /* GraphQL */ `
      # Что опубликовано, а не вычислено: планы, бюджет, вилки оплаты. У каждого числа – его источник.
      query PublishedParameters {
        publishedParameters {
          titleRu
          value
          unit
          period
          source
        }
      }
    `,
  },
  {
    id: 'family-offences',
    roles: ['ANALYST'],
    purpose: 'STATISTICS',
    title: text('Семейно-бытовые правонарушения', 'Отбасы-тұрмыстық құқық бұзушылықтар', 'Offences in the family'),
    document: /* GraphQL */ `
      # Административные правонарушения в семейно-бытовой сфере за год.
      query FamilyOffences($year: Int!) {
        familyOffenceStats(year: $year) {
          year
          offences
        }
      }
    `,
    variables: () => ({ year: POLICE_FIGURES_YEAR }),
  },
  {
    id: 'deadline-rules',
    roles: ['ANALYST', 'OMBUDSMAN', 'INTEGRATOR', 'MOBILE_GROUP', 'LAWYER'],
    purpose: 'STATISTICS',
    title: text('Сроки по Правилам', 'Қағидалар бойынша мерзімдер', 'Deadlines by the Rules'),
    document: /* GraphQL */ `
      # Сроки, которые контролирует система, и пункт Правил или закона, откуда каждый взят.
      query DeadlineRules {
        deadlineRules {
          id
          titleRu
          amount
          unit
          source
        }
      }
    `,
  },
  {
    id: 'deadline-preview',
    roles: ['ANALYST', 'CASE_MANAGER', 'CENTRE_HEAD', 'LAWYER', 'MOBILE_GROUP', 'CONTACT_CENTRE_111'],
    purpose: 'STATISTICS',
    title: text('Расчёт срока', 'Мерзімді есептеу', 'Preview of a deadline'),
    document: /* GraphQL */ `
      # К какому сроку надо завершить оценку, если обращение зарегистрировано сейчас:
      # три рабочих дня, а при угрозе жизни – один. Праздники и переносы учтены.
      query DeadlinePreview($startedAt: DateTime!) {
        ordinary: deadlinePreview(rule: "DL-02", startedAt: $startedAt) {
          startedAt
          amount
          unit
          dueAt
          provisional
        }
        threatToLife: deadlinePreview(rule: "DL-03", startedAt: $startedAt) {
          startedAt
          amount
          unit
          dueAt
          softTargetAt
          provisional
        }
      }
    `,
    variables: ({ now }) => ({ startedAt: now }),
  },
  {
    id: 'calendar',
    roles: ['ANALYST', 'INTEGRATOR'],
    purpose: 'STATISTICS',
    title: text('Производственный календарь', 'Өндірістік күнтізбе', 'Working calendar'),
    document: /* GraphQL */ `
      # По этому календарю считаются рабочие дни: выходные, праздники и переносы года с их источником.
      query WorkingCalendar($year: Int!) {
        calendar(year: $year) {
          year
          status
          workingDays
          workingWeekends
          daysOff
          source
        }
      }
    `,
    variables: (circumstances) => ({ year: yearOf(circumstances) }),
  },
  {
    id: 'labels',
    roles: ['ANALYST', 'INTEGRATOR'],
    purpose: 'STATISTICS',
    title: text('Словарь значений', 'Мәндер сөздігі', 'Labels of values'),
    document: /* GraphQL */ `
      # Как называть на экране каждое значение: на русском (RU) или казахском (KK) языке.
      query Labels($language: Language!) {
        labels(language: $language) {
          type
          value
          text
        }
      }
    `,
    variables: () => ({ language: 'RU' }),
  },
  {
    id: 'service-catalogue',
    roles: ['ANALYST', 'CASE_MANAGER'],
    purpose: 'STATISTICS',
    title: text('Перечень видов поддержки', 'Қолдау түрлерінің тізбесі', 'Catalogue of services'),
    document: /* GraphQL */ `
      # Какие услуги может включать план, и какой орган за каждую отвечает.
      query ServiceCatalogue {
        serviceCatalogue {
          titleRu
          kind
          body
          forDomesticViolence
          source
        }
      }
    `,
  },
  {
    id: 'administrative-units',
    roles: ['ANALYST'],
    purpose: 'STATISTICS',
    title: text('Регионы и районы', 'Өңірлер мен аудандар', 'Regions and districts'),
    document: /* GraphQL */ `
      # Регионы страны. Районы региона: добавьте аргумент parentKato; их коды в демонстрации условны.
      query Regions {
        administrativeUnits {
          kato
          titleRu
          titleKk
          invented
        }
      }
    `,
  },
  {
    id: 'family-profile',
    roles: ['CASE_MANAGER'],
    purpose: 'CASE_WORK',
    title: text('Профиль семьи из пяти ведомств', 'Бес ведомстводан отбасы бейіні', 'A family from five agencies'),
    document: /* GraphQL */ `
      # Единый профиль семьи: один запрос, пять ведомств. Если одно не отвечает, остальные данные на месте.
      # Семья подобрана сама: первая в районе с действующим планом.
      query FamilyProfile($id: ID!) {
        family(id: $id) {
          wellbeing {
            category
            calculatedAt
          }
          leadCentre {
            titleRu
          }
          leadCaseManager {
            fullName
          }
          activePlan {
            number
            status
            endDate
            progress {
              total
              done
              overdue
            }
          }
          members {
            role
            person {
              fullName
              iinMasked
              isMinor
              social {
                disabilityGroup
                benefits {
                  titleRu
                  status
                }
              }
              interior {
                protectionOrdersFor {
                  number
                  status
                  validUntil
                }
                probation {
                  onRegister
                }
              }
              health {
                needsMedicalHelp
              }
              education {
                organisation
                attendance
              }
              support {
                safetyFlags {
                  kind
                }
              }
            }
          }
        }
      }
    `,
    find: FAMILY_WITH_PLAN(({ id }) => ({ id })),
  },
  {
    id: 'my-cases',
    roles: ['CASE_MANAGER'],
    purpose: 'CASE_WORK',
    title: text('Мои дела', 'Менің істерім', 'My cases'),
    document: /* GraphQL */ `
      # Дела, которые веду я: первым то, чей срок ближе.
      # Только просроченные: добавьте аргумент filter: OVERDUE.
      query MyCases {
        myCases(first: 20) {
          nodes {
            family {
              wellbeing {
                category
              }
            }
            appeal {
              number
              status
              threatToLife
            }
            plan {
              number
              status
            }
            nextDeadline {
              rule
              dueAt
              overdue
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
  },
  {
    id: 'plan',
    roles: ['CASE_MANAGER', 'CENTRE_HEAD'],
    purpose: 'CASE_WORK',
    title: text('Общий план семьи', 'Отбасының ортақ жоспары', "The family's shared plan"),
    document: /* GraphQL */ `
      # Индивидуальный план: мероприятия всех органов, их сроки и ход исполнения.
      query SharedPlan($id: ID!) {
        plan(id: $id) {
          number
          status
          startDate
          endDate
          approvedBy {
            fullName
          }
          progress {
            total
            done
            overdue
          }
          measures {
            title
            status
            responsible {
              organisation
            }
            beneficiary {
              fullName
            }
            due {
              dueAt
              overdue
            }
          }
        }
      }
    `,
    find: FAMILY_WITH_PLAN(({ activePlan }) => ({ id: activePlan?.id })),
  },
  inbox('CASE_MANAGER', 'CENTRE', text('Входящие центра', 'Орталықтың кіріс тізімі', 'Inbox of the centre')),
  {
    id: 'appeals',
    roles: ['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER'],
    purpose: 'CASE_WORK',
    title: text('Обращения района', 'Аудандағы өтініштер', 'Appeals of the district'),
    document: /* GraphQL */ `
      # Обращения в центр. С угрозой жизни: filter: LIFE_THREAT, со сроком сегодня: filter: DUE_TODAY.
      query Appeals($districtKato: KATO!, $filter: AppealFilter) {
        appeals(districtKato: $districtKato, filter: $filter, first: 20) {
          nodes {
            number
            status
            registeredAt
            threatToLife
            consultationDue {
              dueAt
              overdue
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: ({ districtKato }) => ({ districtKato, filter: null }),
  },
  {
    id: 'mobile-groups',
    roles: ['MOBILE_GROUP', 'CASE_MANAGER', 'SOCIAL_PROTECTION'],
    purpose: 'CASE_WORK',
    title: text('Мобильные группы района', 'Ауданның мобильдік топтары', 'Mobile groups of the district'),
    document: /* GraphQL */ `
      # Мобильные группы: кто в составе, по какому распоряжению акима.
      query MobileGroups($districtKato: KATO!) {
        mobileGroups(districtKato: $districtKato) {
          year
          status
          akimOrderNumber
          members {
            body
            employeeName
          }
        }
      }
    `,
    variables: inDistrict,
  },
  {
    id: 'mobile-group-cases',
    roles: ['MOBILE_GROUP'],
    purpose: 'CASE_WORK',
    title: text('Выезды мобильной группы', 'Мобильдік топтың шығулары', 'Cases of the mobile group'),
    document: /* GraphQL */ `
      # Случаи, переданные мобильной группе, и откуда они стали известны.
      query MobileGroupCases($districtKato: KATO!) {
        mobileGroupCases(districtKato: $districtKato, first: 20) {
          nodes {
            registeredAt
            source
            status
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: inDistrict,
  },
  {
    id: 'plans-awaiting',
    roles: ['CENTRE_HEAD'],
    purpose: 'CASE_WORK',
    title: text('Планы на утверждение', 'Бекітуге ұсынылған жоспарлар', 'Plans that wait for approval'),
    document: /* GraphQL */ `
      # Планы, которые ждут подписи (SIGNATURE), утверждения (APPROVAL), оценки (EVALUATION) или закрытия (CLOSING).
      query PlansAwaiting($districtKato: KATO!, $step: PlanStep!) {
        plansAwaiting(districtKato: $districtKato, step: $step, first: 20) {
          nodes {
            number
            status
            endDate
            progress {
              total
              done
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: ({ districtKato }) => ({ districtKato, step: 'APPROVAL' }),
  },
  {
    id: 'employees',
    roles: ['CENTRE_HEAD'],
    purpose: 'SUPERVISION',
    title: text('Сотрудники центра', 'Орталық қызметкерлері', 'Employees of the centre'),
    document: /* GraphQL */ `
      # Кто работает в центре руководителя.
      query Employees($centreId: ID!) {
        employees(centreId: $centreId, first: 50) {
          nodes {
            fullName
            position
            unit
          }
        }
      }
    `,
    find: OWN_CENTRE,
  },
  {
    id: 'refusal',
    roles: ['CASE_MANAGER', 'CENTRE_HEAD'],
    purpose: 'CASE_WORK',
    title: text('Как выглядит отказ', 'Бас тарту қалай көрінеді', 'What a refusal looks like'),
    document: /* GraphQL */ `
      # Команда, которую система обязана отклонить: план уже действует, а утверждает планы только руководитель центра.
      # Отказ – не сбой: ответ называет причину (code), данные не изменились, повторять безопасно.
      mutation ApproveActivePlan($input: ApprovePlanInput!) {
        approvePlan(input: $input) {
          plan {
            number
            status
          }
          userErrors {
            code
            message
            currentState
          }
        }
      }
    `,
    find: FAMILY_WITH_PLAN(({ activePlan }) => ({
      input: {
        idempotencyKey: `playground-${Math.random().toString(36).slice(2)}`,
        planId: activePlan?.id,
        planVersion: activePlan?.versionInForce ?? 1,
      },
    })),
  },
  {
    id: 'police-incidents',
    roles: ['POLICE'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Происшествия района', 'Аудандағы оқиғалар', 'Incidents of the district'),
    document: /* GraphQL */ `
      # Происшествия семейно-бытового насилия в районе и вынесенные по ним защитные предписания.
      query PoliceIncidents($districtKato: KATO!) {
        policeIncidents(districtKato: $districtKato, first: 20) {
          nodes {
            registryNumber
            kind
            occurredAt
            threatToLife
            protectionOrders {
              number
              status
              validUntil
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: inDistrict,
  },
  {
    id: 'protection-orders',
    roles: ['POLICE', 'PROBATION'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Защитные предписания района', 'Ауданның қорғау нұсқамалары', 'Protection orders of the district'),
    document: /* GraphQL */ `
      # Действующие защитные предписания: первым то, которое истекает раньше.
      query ProtectionOrders($districtKato: KATO!, $status: ProtectionOrderStatus) {
        protectionOrders(districtKato: $districtKato, status: $status, first: 20) {
          nodes {
            number
            status
            issuedAt
            validUntil
            nextCheckDueOn
            victim {
              fullName
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: ({ districtKato }) => ({ districtKato, status: 'ACTIVE' }),
  },
  inbox('POLICE', 'INTERNAL_AFFAIRS', text('Входящие полиции', 'Полицияның кіріс тізімі', 'Inbox of the police')),
  inbox('PROBATION', 'INTERNAL_AFFAIRS', text('Входящие органа', 'Органның кіріс тізімі', 'Inbox of the body')),
  {
    id: 'residence-notices-police',
    roles: ['POLICE'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Извещения о приёме', 'Қабылдау туралы хабарламалар', 'Notices of admission'),
    document: /* GraphQL */ `
      # Письменные извещения центра о приёме с детьми (п.26 Правил): без адреса и без места.
      query ResidenceNotices($recipient: NoticeRecipient!, $districtKato: KATO!) {
        residenceNotices(recipient: $recipient, districtKato: $districtKato, first: 20) {
          nodes {
            number
            status
            childrenCount
            centreContact
            due {
              dueAt
              overdue
            }
          }
        }
      }
    `,
    variables: ({ districtKato }) => ({ recipient: 'LAW_ENFORCEMENT', districtKato }),
  },
  inbox('DOCTOR', 'HEALTH', text('Входящие поликлиники', 'Емхананың кіріс тізімі', 'Inbox of the clinic')),
  {
    id: 'medical-appointments',
    roles: ['DOCTOR'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Приёмы по мерам поддержки', 'Қолдау шаралары бойынша қабылдаулар', 'Appointments'),
    document: /* GraphQL */ `
      # Приёмы, записанные в поликлинике врача за год.
      query MedicalAppointments($organisation: String!, $from: Date!, $to: Date!) {
        medicalAppointments(organisation: $organisation, from: $from, to: $to, first: 20) {
          nodes {
            at
            status
            person {
              fullName
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: (circumstances) => ({
      from: `${yearOf(circumstances)}-01-01`,
      to: `${yearOf(circumstances)}-12-31`,
    }),
    find: {
      document: /* GraphQL */ `
        query OwnClinic {
          me {
            organisation {
              titleRu
            }
          }
        }
      `,
      read: (data: { me: { organisation: { titleRu: string } | null } }) =>
        data.me.organisation ? { organisation: data.me.organisation.titleRu } : undefined,
    },
  },
  inbox('SOCIAL_PEDAGOGUE', 'EDUCATION', text('Входящие школы', 'Мектептің кіріс тізімі', 'Inbox of the school')),
  {
    id: 'child-help-rooms',
    roles: ['CHILD_HELP_ROOM', 'GUARDIANSHIP', 'SOCIAL_PEDAGOGUE'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Кабинеты помощи детям', 'Балаларға көмек кабинеттері', 'Help rooms for children'),
    document: /* GraphQL */ `
      # Кабинеты помощи детям, пострадавшим от насилия или ставшим его свидетелями.
      query ChildHelpRooms {
        childHelpRooms {
          titleRu
          regionKato
          openedAt
        }
      }
    `,
  },
  {
    id: 'child-help-cases',
    roles: ['CHILD_HELP_ROOM', 'GUARDIANSHIP'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Дела кабинета помощи детям', 'Балаларға көмек кабинетінің істері', 'Cases of the help room'),
    document: /* GraphQL */ `
      # Дела региона: какая помощь идёт и проведён ли единственный опрос ребёнка.
      query ChildHelpCases($regionKato: KATO!) {
        childHelpCases(regionKato: $regionKato, first: 20) {
          nodes {
            number
            status
            openedAt
            interviewDoneAt
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: ({ regionKato }) => ({ regionKato }),
  },
  inbox(
    'SOCIAL_PROTECTION',
    'SOCIAL_PROTECTION',
    text('Входящие соцзащиты', 'Әлеуметтік қорғаудың кіріс тізімі', 'Inbox of social protection'),
  ),
  {
    id: 'families-in-crisis',
    roles: ['SOCIAL_PROTECTION'],
    purpose: 'CASE_WORK',
    title: text('Семьи категорий D и E', 'D және E санатындағы отбасылар', 'Families of categories D and E'),
    document: /* GraphQL */ `
      # Семьи района, которым по Цифровой карте семьи труднее всего.
      query FamiliesInCrisis($districtKato: KATO!) {
        families(kato: $districtKato, categories: [D, E], first: 20) {
          nodes {
            wellbeing {
              category
              calculatedAt
            }
            leadCentre {
              titleRu
            }
            activePlan {
              number
              status
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    variables: inDistrict,
  },
  {
    id: 'referrals',
    roles: ['SOCIAL_PROTECTION'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Входящие перенаправления', 'Кіріс жолдамалар', 'Inbox of referrals'),
    document: /* GraphQL */ `
      # Перенаправления на идентификацию и их сроки.
      query Referrals($districtKato: KATO!) {
        referralsInbox(districtKato: $districtKato, first: 20) {
          nodes {
            kind
            status
            due {
              dueAt
              overdue
            }
          }
        }
      }
    `,
    variables: inDistrict,
  },
  {
    id: 'signals',
    roles: ['CONTACT_CENTRE_111'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Переданные сигналы', 'Берілген сигналдар', 'Signals'),
    document: /* GraphQL */ `
      # Сигналы района: откуда пришли и чем закончилась их проверка.
      query Signals($districtKato: KATO!) {
        signals(districtKato: $districtKato, first: 20) {
          nodes {
            receivedAt
            source
            channel
            status
            threatToLife
          }
        }
      }
    `,
    variables: inDistrict,
  },
  {
    id: 'overdue-for-civil-service',
    roles: ['INTEGRATOR'],
    purpose: 'INTEGRATION',
    title: text('Просрочки для АДГС', 'МҚІА үшін кешіктірулер', 'Late measures for the civil service agency'),
    document: /* GraphQL */ `
      # Просроченные меры государственных органов для Агентства по делам государственной службы.
      # Содержание мер интегратору не открыто.
      query OverdueForCivilService($since: DateTime!) {
        overdueForCivilServiceAgency(since: $since, first: 20) {
          nodes {
            number
            lateByDays
            responsible {
              organisation
            }
          }
        }
      }
    `,
    variables: (circumstances) => ({ since: `${yearOf(circumstances)}-01-01T00:00:00+05:00` }),
  },
  {
    id: 'changes-since',
    // The feed is that of the caller's own body: who works for the whole country has none.
    roles: ['POLICE', 'DOCTOR', 'SOCIAL_PEDAGOGUE', 'SOCIAL_PROTECTION', 'CASE_MANAGER'],
    purpose: 'INTEGRATION',
    title: text('Лента изменений', 'Өзгерістер таспасы', 'Feed of changes'),
    document: /* GraphQL */ `
      # Что изменилось для своего ведомства после последнего прочитанного места (cursor). Пусто, пока ничего не менялось.
      query ChangesSince($cursor: String) {
        changesSince(cursor: $cursor, first: 20) {
          nodes {
            at
            kind
            cursor
          }
        }
      }
    `,
    variables: () => ({ cursor: null }),
  },
  {
    id: 'organisations',
    roles: ['CONTACT_CENTRE_111', 'PSYCHOLOGIST', 'GUARDIANSHIP', 'CASE_MANAGER'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Организации района', 'Аудан ұйымдары', 'Organisations of the district'),
    document: /* GraphQL */ `
      # Справочник организаций района: к кому обращаться за каким видом поддержки.
      query Organisations($districtKato: KATO!) {
        organisations(districtKato: $districtKato, first: 30) {
          nodes {
            titleRu
            kind
            stateBody
          }
        }
      }
    `,
    variables: inDistrict,
  },
  {
    id: 'own-record',
    roles: ['FAMILY_MEMBER'],
    purpose: 'SERVICE_DELIVERY',
    title: text('Сведения обо мне', 'Мен туралы мәліметтер', 'My own record'),
    document: /* GraphQL */ `
      # Член семьи видит свои собственные сведения.
      query OwnRecord($id: ID!) {
        person(id: $id) {
          fullName
          iinMasked
          birthDate
          social {
            benefits {
              titleRu
              status
            }
          }
          health {
            attachedOrganisation
            needsMedicalHelp
          }
        }
      }
    `,
    find: {
      document: /* GraphQL */ `
        query OwnPerson {
          me {
            personId
          }
        }
      `,
      read: (data: { me: { personId: string | null } }) => (data.me.personId ? { id: data.me.personId } : undefined),
    },
  },
  {
    id: 'my-rights',
    roles: 'EVERYBODY',
    purpose: 'SERVICE_DELIVERY',
    title: text('Кто я и что мне открыто', 'Мен кіммін және маған не ашық', 'Who I am and what I may see'),
    document: /* GraphQL */ `
      # Как система видит вас: роль, организация и права по каждой группе сведений.
      query MyRights {
        me {
          role
          organisation {
            titleRu
          }
          now
          rights {
            group
            read
            write
          }
        }
      }
    `,
  },
];

/** The examples of a role: its own first, then what it shares with others, then those of everybody. */
export function listExamples(role: Role): readonly Example[] {
  const rank = ({ roles }: Example) => (roles === 'EVERYBODY' ? 2 : roles[0] === role ? 0 : 1);
  return EXAMPLES.filter(({ roles }) => roles === 'EVERYBODY' || roles.includes(role)).toSorted(
    (left, right) => rank(left) - rank(right),
  );
}

/** A document without the indentation of this file. */
export function toDocument({ document }: Pick<Example, 'document'>): string {
  const lines = document.replace(/^\n|\n *$/g, '').split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent)).join('\n');
}

/** Whether this release answers every root field of an example; those that it does not yet answer stand in the list, too. */
export function isAnswered(example: Example): boolean {
  return listRootFields(example).every((coordinate) => !isNotImplemented(coordinate));
}

/** The root fields of an example's document, such as `Query.me`. */
export function listRootFields({ document }: Pick<Example, 'document'>): string[] {
  return parse(document).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const type = definition.operation === OperationTypeNode.MUTATION ? 'Mutation' : 'Query';
    return definition.selectionSet.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? [`${type}.${selection.name.value}`] : [],
    );
  });
}
