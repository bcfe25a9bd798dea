import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type AccessPolicy, type FieldGroup, PERMISSIVE_POLICY, type Role, ROLES } from '../../schema/access.ts';
import { TARGETS } from '../../subgraphs/kit/nation/targets.ts';
import { PAGE_DIRECTORY } from '../../gateway/playground/built-page.ts';
import { ROLE_NAMES } from '../../gateway/playground/page/texts.ts';
import { type Browser, hasChromium, openBrowser, type WatchedPage } from '../support/browser.ts';
import { NATION } from '../support/nation.ts';
import { buildPage, demonstrationOf } from '../support/playground.ts';
import { createWorld, cut, type World } from '../support/world.ts';

let world: World;
let production: World;
let browser: Browser;
let url: string;
let productionUrl: string;

const START_MS = 120_000;

/** A busy machine answers later, not otherwise. */
const EVENTUALLY = { timeout: 20_000 };

describe.runIf(hasChromium())('the Playground in Chromium', () => {
  beforeAll(async () => {
    buildPage();
    browser = await openBrowser();
    world = await createWorld({ introspectingRoles: ROLES, playground: demonstrationOf(() => world) });
    production = await createWorld({ playground: { directory: PAGE_DIRECTORY, demonstration: null } });
    url = await world.gateway.app.listen({ host: '127.0.0.1', port: 0 });
    productionUrl = await production.gateway.app.listen({ host: '127.0.0.1', port: 0 });
  }, START_MS);
  afterAll(async () => {
    await browser.close();
    await world.stop();
    await production.stop();
  });

  /**
   * The page, which must not complain and not ask anybody else until the test ends.
   *
   * @param refused the statuses of refusals that the test is about: the browser notes them by itself
   */
  async function open(of = url, refused: readonly number[] = []): Promise<WatchedPage['page']> {
    const watched = await browser.open(`${of}/playground`);
    onTestFinished(async () => {
      await watched.page.close();
      const isExpected = (complaint: string) =>
        refused.some((status) => complaint.includes(`with a status of ${status} `));
      expect(watched.complaints.filter((complaint) => !isExpected(complaint))).toEqual([]);
      expect(watched.requests.filter((request) => !request.startsWith(`${of}/`))).toEqual([]);
      expect(watched.requests.length).toBeGreaterThan(5);
    });
    return watched.page;
  }

  const answer = '.answer[aria-busy=false] .readable';

  test('opens as the ministry analyst with an answered example (decision F3)', async () => {
    const page = await open();
    await page.locator(`${answer} tbody tr`).first().waitFor();
    expect(await page.locator('select[name=role] option:checked').textContent()).toBe('Аналитик министерства (демо)');
    expect(await page.locator('nav button').nth(0).textContent()).toContain('Показатели за период');
    expect(await page.locator('nav button[aria-current=true]').textContent()).toBe('Показатели за период');
    expect(await page.title()).toBe('Граф семьи – Площадка запросов для сотрудников министерства');
  });

  test('says that the country is invented, and shows its clock, which ticks (decision D1)', async () => {
    const page = await open();
    expect(await page.locator('.about').textContent()).toContain('Эта страна вымышлена');
    const clock = page.locator('.clock time');
    await expect.poll(() => clock.textContent(), EVENTUALLY).toMatch(/^1 октября 2025 г., 09:00:\d\d$/);
    const before = await clock.textContent();
    await expect.poll(() => clock.textContent(), EVENTUALLY).not.toBe(before);
  });

  test('runs the profile of a family under the role of a case manager, with the purpose of the example', async () => {
    const page = await open();
    await page.selectOption('select[name=role]', 'CASE_MANAGER');
    await page.locator(`${answer} h3`, { hasText: 'Единый профиль семьи' }).waitFor();
    expect(await page.locator('select[name=purpose]').inputValue()).toBe('CASE_WORK');
    const text = await page.locator(answer).textContent();
    for (const section of ['Ведущий кейс-менеджер', 'Действующий индивидуальный план', 'Состав семьи', 'ИИН']) {
      expect(text).toContain(section);
    }
    await page.getByRole('button', { name: 'JSON' }).click();
    await expect.poll(() => page.locator('.result-window').textContent(), EVENTUALLY).toContain('"family"');
  });

  test('runs the indicators: the published figures at the size of this nation', async () => {
    const page = await open();
    await page.locator(answer).waitFor();
    await page.getByRole('button', { name: 'Показатели за период' }).click();
    const found = () => page.locator(`${answer} tbody`).textContent();
    await expect.poll(found, EVENTUALLY).toContain(`Обращения${NATION.scale(TARGETS.appeals)}`);
    expect(await found()).toContain(`${NATION.scale(TARGETS.mobileCases)}1 мар. 2025 г. – 30 сент. 2025 г.нет`);
  });

  test('offers all eighteen roles and gives each its own examples', async () => {
    const page = await open();
    const options = await page.locator('select[name=role] option').allTextContents();
    expect(options.toSorted()).toEqual(ROLES.map((role) => `${ROLE_NAMES[role].ru} (демо)`).toSorted());
    await page.selectOption('select[name=role]', 'DOCTOR');
    await page.locator('nav button', { hasText: 'Входящие поликлиники' }).waitFor();
    await page.locator(`${answer} tbody tr`).first().waitFor();
  });

  test('describes the data in Russian, Kazakh and English, a click away', async () => {
    const page = await open();
    await page.locator(answer).waitFor();
    await page.getByRole('button', { name: 'Описание данных' }).click();
    const docs = page.locator('.graphiql-plugin');
    await expect.poll(() => docs.textContent(), EVENTUALLY).toContain('Защитные предписания по регионам за год');
    await expect
      .poll(() => docs.textContent(), EVENTUALLY)
      .toContain('Доступ: группа 25 «Показатели (индикаторы)», класс S0');
    await page.getByRole('button', { name: 'Қазақша' }).click();
    await expect
      .poll(() => docs.textContent(), EVENTUALLY)
      .toContain('Жыл ішіндегі өңірлер бойынша қорғау нұсқамалары');
    expect(await page.locator('html').getAttribute('lang')).toBe('kk');
    expect(await page.locator('nav h2').textContent()).toBe('Сұрау мысалдары');
    await page.getByRole('button', { name: 'English' }).click();
    await expect.poll(() => docs.textContent(), EVENTUALLY).toContain('Number of protection orders issued in the year');
  });

  test('names an agency that is down above the rest of the answer', async () => {
    const page = await open();
    cut(world, 'health');
    await page.selectOption('select[name=role]', 'CASE_MANAGER');
    const notice = page.locator('.notice-outage strong');
    await expect.poll(() => notice.textContent(), EVENTUALLY).toBe('Данные здравоохранения сейчас недоступны');
    expect(await page.locator(answer).textContent()).toContain('Состав семьи');
    await page.getByRole('button', { name: 'Қазақша' }).click();
    await expect.poll(() => notice.textContent(), EVENTUALLY).toBe('Денсаулық сақтау деректері қазір қолжетімсіз');
  });

  test('names what was lawfully left out, and why', async () => {
    const masking = await createWorld({
      policy: withoutRight('CASE_MANAGER', 'SCHOOL'),
      introspectingRoles: ROLES,
      playground: demonstrationOf(() => masking),
    });
    onTestFinished(() => masking.stop());
    const page = await open(await masking.gateway.app.listen({ host: '127.0.0.1', port: 0 }));
    await page.selectOption('select[name=role]', 'CASE_MANAGER');
    await expect
      .poll(() => page.locator('.notice-masked').textContent(), EVENTUALLY)
      .toBe('Не показано: Школа, посещаемостьНе открыто вашей роли');
  });

  test('tells a refused command in the words of the schema', async () => {
    const page = await open();
    await page.selectOption('select[name=role]', 'CENTRE_HEAD');
    await page.getByRole('button', { name: 'Как выглядит отказ' }).click();
    await expect
      .poll(() => page.locator('.notice-refusal').textContent(), EVENTUALLY)
      .toContain('Команда отклонена: Действие невозможно в текущем состоянииINVALID_STATE');
  });

  test('sends what was typed, and says what the purpose is for when there is none', async () => {
    const page = await open(url, [400]);
    await page.selectOption('select[name=role]', 'CASE_MANAGER');
    await page.locator(`${answer} h3`, { hasText: 'Единый профиль семьи' }).waitFor();
    await page.selectOption('select[name=purpose]', '');
    await page.getByRole('button', { name: 'Выполнить' }).click();
    await page.locator('.notice-refusal', { hasText: 'нужна цель доступа' }).waitFor();
    expect(await page.locator('.notice-refusal').textContent()).toContain('PURPOSE_REQUIRED');
  });

  test('keeps neither tokens nor answers in the browser', async () => {
    const page = await open();
    await page.locator(answer).waitFor();
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(kept).toBe('[{},{},""]');
  });

  test('can be worked with from the keyboard alone', async () => {
    const page = await open();
    await page.locator(answer).waitFor();
    await page.locator('nav button', { hasText: 'Кризисные центры' }).focus();
    await page.keyboard.press('Enter');
    await page.locator(`${answer} h3`, { hasText: 'ризисные центры' }).waitFor();
    const nameless = await page.evaluate(
      `[...document.querySelectorAll('button, select, input, nav, section')]
        .filter((element) => element.checkVisibility() && !element.closest('.graphiql-editors, .graphiql-plugin'))
        .filter((element) => !(element.getAttribute('aria-label') || element.getAttribute('aria-labelledby') ||
          element.labels?.length || element.textContent.trim()))
        .map((element) => element.outerHTML)`,
    );
    expect(nameless).toEqual([]);
  });

  test.each([360, 768, 1440])('has no sideways scrolling at a width of %i', async (width) => {
    const page = await open();
    await page.setViewportSize({ width, height: 844 });
    await page.locator(answer).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  describe('in production', () => {
    test('asks for a token, and shows the code of a wrong one in words', async () => {
      const page = await open(productionUrl, [401]);
      expect(await page.locator('select[name=role]').count()).toBe(0);
      expect(await page.locator('.about').textContent()).not.toContain('вымышлена');
      await page.getByPlaceholder('Вставьте токен').fill('eyJhbGciOiJub25lIn0.e30.');
      await page.getByRole('button', { name: 'Войти' }).click();
      await page.locator('.notice-refusal', { hasText: 'Токен не принят' }).waitFor();
      expect(await page.locator('.notice-refusal').textContent()).toContain('UNAUTHENTICATED');
    });

    test('works with a token of the analyst', async () => {
      const page = await open(productionUrl);
      await page.getByPlaceholder('Вставьте токен').fill(await production.token('ANALYST'));
      await page.getByRole('button', { name: 'Войти' }).click();
      await page.locator(`${answer} tbody tr`).first().waitFor();
      await expect.poll(() => page.locator('.session-tools').textContent(), EVENTUALLY).toContain('Описание данных');
    });

    test('leaves out the documentation for roles that may not see the schema (domain.md 8.6)', async () => {
      const page = await open(productionUrl, [403]);
      await page.getByPlaceholder('Вставьте токен').fill(await production.token('CASE_MANAGER'));
      await page.getByRole('button', { name: 'Войти' }).click();
      await expect
        .poll(() => page.locator('.session-tools').textContent(), EVENTUALLY)
        .toContain('открыто роли «Аналитик');
      await page.getByRole('button', { name: 'JSON' }).click();
      await page.getByRole('button', { name: 'Кто я и что мне открыто' }).click();
      await expect.poll(() => page.locator('.result-window').textContent(), EVENTUALLY).toContain('CASE_MANAGER');
    });
  });
});

/** The policy in force, with one right less. */
function withoutRight(role: Role, group: FieldGroup): AccessPolicy {
  const rights = { ...PERMISSIVE_POLICY[role], [group]: { read: 'NONE', write: false } as const };
  return { ...PERMISSIVE_POLICY, [role]: rights };
}
