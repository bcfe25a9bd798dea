import { expect, test } from 'vitest';
import { toIndicators, WELLBEING_INDICATORS } from '../../../../subgraphs/social/rules/wellbeing-indicators.ts';

test('answers come with their titles in the order of the table; codes that are not in it are left out', () => {
  expect(toIndicators({ OVERCROWDED: true, NOT_A_CODE: true, OVERDUE_LOANS: false })).toEqual([
    {
      domain: 'ECONOMIC',
      code: 'OVERDUE_LOANS',
      titleRu: 'Просроченная задолженность по кредитам',
      titleKk: 'Несиелер бойынша мерзімі өткен берешек',
      deprived: false,
    },
    {
      domain: 'HOUSING',
      code: 'OVERCROWDED',
      titleRu: 'Жилая площадь на человека меньше нормы',
      titleKk: 'Бір адамға шаққандағы тұрғын алаңы нормадан аз',
      deprived: true,
    },
  ]);
});

test('the table has every domain of order № 267, each code once, titled in both languages (decision F4)', () => {
  expect(new Set(WELLBEING_INDICATORS.map(({ domain }) => domain))).toEqual(
    new Set(['ECONOMIC', 'SOCIAL', 'HOUSING', 'HEALTH', 'EDUCATION']),
  );
  expect(new Set(WELLBEING_INDICATORS.map(({ code }) => code)).size).toBe(WELLBEING_INDICATORS.length);
  expect(WELLBEING_INDICATORS.filter(({ titleRu, titleKk }) => !titleRu || !titleKk || titleRu === titleKk)).toEqual(
    [],
  );
});
