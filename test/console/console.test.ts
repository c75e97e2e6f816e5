/** The console in a real Chromium: one browser and one server for all of its pages. */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { firstLoad } from './build.ts';
import { approvalCases } from './pages/approvals.ts';
import { auditCases } from './pages/audit.ts';
import { boardCases } from './pages/board.ts';
import { faceCases } from './pages/faces.ts';
import { liveCases } from './pages/live.ts';
import { offerCases } from './pages/offers.ts';
import { operatingCases } from './pages/operating.ts';
import { settingsCases } from './pages/settings.ts';
import { shellCases } from './pages/shell.ts';
import { stateCases } from './pages/states.ts';
import { taskCases } from './pages/task.ts';
import { timelineCases } from './pages/timeline.ts';
import { openSite, type Site } from './site.ts';

/** Each area of the console has its cases in a file of its own. */
const AREAS: Record<string, (site: () => Site) => void> = {
  'the shell and the home page': shellCases,
  'the states of a page': stateCases,
  'the board': boardCases,
  'the pages of proof': auditCases,
  'the page of a task': taskCases,
  'signing in and the settings': settingsCases,
  approvals: approvalCases,
  'what each person is offered': offerCases,
  'the pages of owners and operators': operatingCases,
  'timeline and decisions': timelineCases,
  'what is followed': liveCases,
  'the words of requests and decisions': faceCases,
};

const browser = await openBrowser();
let site: Site;

beforeAll(async () => {
  if (browser) site = await openSite(browser);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

it('loads little before it shows anything', async () => {
  const sent = await firstLoad(file => gzipSync(file).length);
  expect(sent.js).toBeLessThan(336_000);
  expect(sent.css).toBeLessThan(60_000);
});

describe.skipIf(browser === null).each(Object.entries(AREAS))('%s', (_, cases) => {
  afterEach(() => site.leave());
  cases(() => site);
});
