import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Nothing that a browser does by itself may look like something that the page does. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** With CI=true nothing is left out: a missing Chromium then fails where it is started. */
export function hasChromium(): boolean {
  if (process.env['CI'] || existsSync(EXECUTABLE)) return true;
  process.stderr.write(
    'The tests of the Playground in a browser are left out: there is no Chromium. To run them: apt-get install -y chromium\n',
  );
  return false;
}

/** A page with everything that it asked for and complained about. */
export interface WatchedPage {
  readonly page: Page;
  /** Every address that was asked for, whoever asked: page, worker, style. */
  readonly requests: readonly string[];
  /** Errors and warnings of the console: what was not caught, and what the content security policy held back, too. */
  readonly complaints: readonly string[];
}

export interface Browser {
  open(url: string): Promise<WatchedPage>;
  close(): Promise<void>;
}

/** A Chromium with an empty profile. */
export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'family-graph-chromium-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: FLAGS,
    viewport: { width: 1440, height: 900 },
  });
  return {
    open: async (url) => {
      const page = await context.newPage();
      const requests: string[] = [];
      const complaints: string[] = [];
      context.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url);
      return { page, requests, complaints };
    },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
