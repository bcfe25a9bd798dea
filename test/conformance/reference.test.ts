import { getNamedType, type GraphQLNamedType, isEnumType, isInputObjectType, isObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { FieldGroup } from '../../schema/access.ts';
import { EVENTS } from '../../schema/events.ts';
import { readFieldGroups } from '../../schema/field-groups.ts';
import { AGENCIES, readSubgraphSdl } from '../../schema/subgraphs.ts';
import type { CentreUnit, EmployeePost } from '../../subgraphs/centres/__generated__/resolvers.ts';
import { INDICATOR_CODES, INDICATORS } from '../../subgraphs/centres/indicators/definitions.ts';
import { PUBLISHED_PARAMETERS } from '../../subgraphs/centres/indicators/published-parameters.ts';
import { refuseEmployee } from '../../subgraphs/centres/rules/acting-employee.ts';
import { RULE_SETS } from '../../subgraphs/centres/rules/rule-sets.ts';
import { SERVICE_CATALOGUE } from '../../subgraphs/centres/rules/service-catalogue.ts';
import { DEADLINE_RULES } from '../../subgraphs/kit/deadline.ts';
import { TARGETS } from '../../subgraphs/kit/nation/targets.ts';
import { API } from '../support/bad-input.ts';
import { NATION } from '../support/nation.ts';

const valuesOf = (name: string): string[] => {
  const type = API.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
};
const fieldsOf = (name: string): string[] => {
  const type = API.getType(name);
  return isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];
};
const inputOf = (type: string, field: string): string => {
  const input = API.getType(type);
  return isInputObjectType(input) ? String(input.getFields()[field]?.type) : '';
};
const bodiesOf = (kind: string): string[] =>
  SERVICE_CATALOGUE.filter((service) => service.kind === kind).map(({ body }) => body);
const published = (code: string) => PUBLISHED_PARAMETERS.find((parameter) => parameter.code === code)?.value;

describe('closed lists of the law have these values and no other', () => {
  test.each([
    [
      'IntakeChannel',
      'R-020',
      ['PERSONAL', 'CONTACT_CENTRE_111', 'STATE_INFORMATION_SYSTEM', 'OTHER_BODY_OR_PERSON', 'MEDIA_OR_SOCIAL_NETWORK'],
    ],
    [
      'PlanTerminationGround',
      'R-037',
      ['ALL_MEASURES_DONE', 'FAMILY_REFUSED', 'FAMILY_DID_NOT_PERFORM', 'OBJECTIVE_INDIVIDUAL_GROUNDS'],
    ],
    [
      'ResidenceBasis',
      'R-063',
      ['SOCIAL_PROTECTION_REFERRAL', 'HEALTH_REFERRAL', 'INTERNAL_AFFAIRS_REFERRAL', 'PERSONAL_REQUEST'],
    ],
    ['ChildHelpReason', 'R-084', ['VIOLENCE', 'CRUEL_TREATMENT', 'BULLYING', 'WITNESS_OF_VIOLENCE']],
    ['NoticeRecipient', 'R-064', ['LAW_ENFORCEMENT', 'GUARDIANSHIP']],
    ['SignatureParty', 'R-034', ['CENTRE_EMPLOYEE', 'FAMILY']],
    ['CentreUnit', 'R-006', ['CONSULTATION_AND_ACCOMPANIMENT', 'METHODOLOGY_AND_OUTREACH']],
  ])('%s (%s)', (name, _, values) => {
    expect(valuesOf(name)).toEqual(values.toSorted());
  });

  test('what a child is helped with in one place (R-081), and who hears of it (R-085)', () => {
    expect(valuesOf('ChildHelpServiceKind')).toEqual(
      expect.arrayContaining(['PRIMARY_PSYCHOLOGICAL_AID', 'FORENSIC_EXAMINATION', 'INTERVIEW_WITH_SPECIALISTS']),
    );
    expect(valuesOf('ChildHelpRecipient')).toEqual(
      expect.arrayContaining([
        'GUARDIANSHIP',
        'POLICE',
        'CONTACT_CENTRE_111',
        'CHILD_OMBUDSMAN_NATIONAL',
        'CHILD_OMBUDSMAN_REGIONAL',
      ]),
    );
  });
});

describe('the nine functions of a centre each have their place in the graph (R-005, Rules p.6)', () => {
  const mutation = (name: string) => name in (API.getMutationType()?.getFields() ?? {});
  const query = (name: string) => name in (API.getQueryType()?.getFields() ?? {});
  const byCentre = (kind: string) => bodiesOf(kind).includes('CENTRE');
  test.each<[string, boolean[]]>([
    ['1 family policy, family conflicts', [valuesOf('ConsultationKind').includes('FAMILY_CONFLICT')]],
    ['2 coordination by the integrated model', [mutation('createPlan'), mutation('reportMeasureStatus')]],
    ['3 social, legal and psychological support', [byCentre('SOCIAL'), byCentre('LEGAL'), byCentre('PSYCHOLOGICAL')]],
    [
      '4 support in domestic violence, with residence',
      [byCentre('TEMPORARY_RESIDENCE'), mutation('admitToTemporaryResidence')],
    ],
    ['5 information work', [byCentre('INFORMATION'), valuesOf('ConsultationKind').includes('STATE_SUPPORT_MEASURES')]],
    ['6 interaction with bodies and organisations', [query('organisations'), mutation('sendReferral')]],
    ['7 monitoring and trends', [query('indicators'), query('indicatorDefinitions')]],
    ['8 mobile groups', [mutation('organiseMobileGroup'), mutation('syncMobileVisits')]],
    ['9 other prevention', [byCentre('PREVENTIVE_WORK')]],
  ])('%s', (_, held) => {
    expect(held).toEqual(held.map(() => true));
  });
});

test('who writes to cases: the first unit; where none is recorded the post decides (R-006)', () => {
  const posts = valuesOf('EmployeePost') as EmployeePost[];
  expect(posts).toHaveLength(20);
  const may = (unit: CentreUnit | null) => posts.filter((post) => refuseEmployee({ unit, post }) === null);
  expect(may('CONSULTATION_AND_ACCOMPANIMENT')).toEqual(posts);
  expect(may('METHODOLOGY_AND_OUTREACH')).toEqual([]);
  expect(posts.filter((post) => !may(null).includes(post))).toEqual(
    [
      'CHIEF_ACCOUNTANT',
      'ACCOUNTANT',
      'HR_INSPECTOR',
      'PROCUREMENT_MANAGER',
      'MEDIA_SPECIALIST',
      'ANALYST',
      'PREVENTION_SPECIALIST',
      'DRIVER',
      'GUARD',
      'CLEANER',
      'YARD_KEEPER',
    ].toSorted(),
  );
  expect(refuseEmployee(undefined)).toBeNull();
});

describe('bodies', () => {
  test('of all sectors that agreed the Rules carry measures, and work in every district (R-098, R-054)', () => {
    const sectors = [
      'HEALTH',
      'EMPLOYMENT',
      'SOCIAL_PROTECTION',
      'EDUCATION',
      'TOURISM',
      'SPORT',
      'INTERNAL_AFFAIRS',
      'CULTURE',
      'HOUSING',
      'YOUTH_POLICY',
      'INTERNAL_POLICY',
      'GUARDIANSHIP',
      'JUSTICE',
      'NGO',
    ];
    expect(valuesOf('ResponsibleBodyKind')).toEqual(expect.arrayContaining(sectors));
    for (const { kato, organisations } of NATION.districts) {
      expect(
        organisations.map(({ kind }): string => kind),
        kato,
      ).toEqual(expect.arrayContaining(sectors));
    }
  });

  test('non-governmental ones may carry measures and send signals (R-009)', () => {
    expect(valuesOf('ResponsibleBodyKind')).toContain('NGO');
    expect(valuesOf('SignalSource')).toEqual(expect.arrayContaining(['NGO', 'CITIZEN', 'PROSECUTOR']));
    expect(NATION.districts[0]?.organisations.some(({ kind, stateBody }) => kind === 'NGO' && !stateBody)).toBe(true);
  });

  test('crisis centres treat the consequences of violence and prevent nothing (R-066, R-073)', () => {
    expect(bodiesOf('SPECIAL_SOCIAL_SERVICES')).toEqual(['SOCIAL_PROTECTION']);
    expect(bodiesOf('PREVENTIVE_WORK')).not.toContain('SOCIAL_PROTECTION');
    expect(bodiesOf('TEMPORARY_RESIDENCE')).toEqual(['CENTRE']);
    expect(valuesOf('ReferralKind')).toContain('SPECIAL_SOCIAL_SERVICES');
    const writers = AGENCIES.filter((agency) => /^ {2}recordCrisisCentrePlacement\(/m.test(readSubgraphSdl(agency)));
    expect(writers).toEqual(['social']);
  });

  test('what helped elsewhere can be planned here, each by somebody (R-069, R-071)', () => {
    for (const kind of ['PSYCHOLOGICAL', 'HOUSING', 'EMPLOYMENT', 'LEGAL', 'AGGRESSOR_CORRECTION']) {
      expect(bodiesOf(kind), kind).not.toEqual([]);
    }
    expect(bodiesOf('AGGRESSOR_CORRECTION')).not.toContain('CENTRE');
  });
});

describe('a plan', () => {
  test('names one kind of support, one body and one date for each measure, the family’s own steps among them (R-032, R-033)', () => {
    expect(inputOf('PlanMeasureInput', 'kind')).toBe('SupportKind!');
    expect(inputOf('PlanMeasureInput', 'responsible')).toBe('ResponsibleBodyKind!');
    expect(inputOf('PlanMeasureInput', 'dueDate')).toBe('Date!');
    expect(bodiesOf('FAMILY_OWN_ACTION')).toEqual(['FAMILY']);
  });

  test('says whose specialists drew it up with the family (R-031)', () => {
    expect(inputOf('CreatePlanInput', 'specialists')).toBe('[ResponsibleBodyKind!]!');
    expect(fieldsOf('IndividualPlan')).toContain('specialists');
  });

  test('is coordinated by the rules that article 19(20-1) of the Social Code calls for (R-036)', () => {
    const editions = RULE_SETS.filter(({ code }) => code === 'COORDINATION_192');
    expect(editions).toHaveLength(2);
    for (const { source } of editions) expect(source).toContain('подпункт 20-1) статьи 19 Социального кодекса');
  });

  test('that ends, is evaluated or begins again is told to police, health and education as well (R-042)', () => {
    expect([...EVENTS.PlanStatusChanged.to].toSorted()).toEqual(['education', 'health', 'interior', 'social']);
  });
});

describe('what is measured', () => {
  test.each([
    ['R-008', 'whether help had an effect', ['PLANS_IMPROVED', 'MEASURES_IN_TIME', 'ASSESSMENTS_IN_TIME']],
    ['R-028', 'how long handling takes', ['MEDIAN_DAYS_SIGNAL_TO_DECISION']],
    ['R-070', 'how far the network reaches', ['COVERAGE_CRISIS_CENTRES', 'COVERAGE_DISTRICTS', 'COVERAGE_REGIONS']],
    ['R-072', 'work before the fact, and short stays', ['SHARE_BEFORE_POLICE', 'RESIDENCE_DAYS']],
  ])('%s: %s', (_, _what, codes) => {
    expect(INDICATOR_CODES).toEqual(expect.arrayContaining(codes));
  });

  test('beside the 15 to 20 days and the mere consultations of before (R-018, R-028)', () => {
    expect([published('HANDLING_DAYS_BEFORE_REFORM_MIN'), published('HANDLING_DAYS_BEFORE_REFORM_MAX')]).toEqual([
      15, 20,
    ]);
    expect(INDICATORS.MEDIAN_DAYS_SIGNAL_TO_DECISION.definitionRu).toContain('только консультации (R-018)');
  });

  test('and how many were trained, as published (R-096)', () => {
    const trained = PUBLISHED_PARAMETERS.filter(({ code }) => code.startsWith('TRAINED_'));
    expect(trained.map(({ value }) => value)).toEqual([17_800, 17_300]);
  });

  test('for Power BI are figures only: nothing on the way from an indicator leads to a person or a case (R-093, I-19)', () => {
    const groups = readFieldGroups(parse(readSubgraphSdl('centres')));
    const roots = ['indicators', 'indicatorDefinitions', 'publishedParameters'];
    const reached = new Set<GraphQLNamedType>(
      roots.map((name) => {
        const field = API.getQueryType()?.getFields()[name];
        if (!field) throw new Error(`There must be a query ${name}.`);
        return getNamedType(field.type);
      }),
    );
    const used = new Set<FieldGroup>();
    for (const type of reached) {
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        reached.add(getNamedType(field.type));
        const use = groups.get(`${type.name}.${field.name}`);
        if (use) used.add(use.group);
      }
    }
    expect([...used].filter((group) => group !== 'INDICATOR' && group !== 'REFERENCE')).toEqual([]);
    const names = [...reached].map(({ name }) => name);
    for (const personal of ['Person', 'Family', 'Appeal', 'IndividualPlan']) expect(names).not.toContain(personal);
  });

  test('is never entered: no command takes or returns a figure (I-21)', () => {
    const figures = ['Indicator', 'IndicatorDefinition', 'PublishedParameter'];
    for (const field of Object.values(API.getMutationType()?.getFields() ?? {})) {
      const payload = getNamedType(field.type);
      const returned = isObjectType(payload)
        ? Object.values(payload.getFields()).map(({ type }) => getNamedType(type).name)
        : [];
      expect(
        returned.filter((name) => figures.includes(name)),
        field.name,
      ).toEqual([]);
      expect(field.name).not.toMatch(/indicator|counter|parameter/i);
    }
  });
});

test('FSM Social is in all 131 centres, and a source of signals of its own (R-090)', () => {
  expect(TARGETS.centres).toBe(131);
  expect(valuesOf('SignalSource')).toContain('FSM_SOCIAL');
});

test('nothing of certification and of a working group exists: the ministry said it does not want them (R-019)', () => {
  const names = Object.values(API.getTypeMap()).flatMap((type) => [
    type.name,
    ...(isEnumType(type) ? valuesOf(type.name) : fieldsOf(type.name)),
  ]);
  expect(names.length).toBeGreaterThan(1000);
  expect(names.filter((name) => /certif|attest|exam(?!ination)|working_?group/i.test(name))).toEqual([]);
});

test('the review of an emergency access is due like a term of the law, and is none (DL-13)', () => {
  expect(DEADLINE_RULES.find(({ id }) => id === 'DL-13')).toMatchObject({
    unit: 'WORKING_DAYS',
    amount: 1,
    source: 'domain.md 8.5 [P]',
  });
});
