/** What failed is shown: in the comment, on the check run, and to the operator. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logs } from '../../src/cli/logs.ts';
import { seen } from '../adapters/github/seen.ts';
import { packsOf, textOf } from '../prove/secrets/forms.ts';
import { judge } from '../prove/secrets/judge.ts';
import { secretKinds } from '../prove/secrets/kinds.ts';
import { eventsOf } from '../prove/secrets/places.ts';
import { FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

/** One that is known by its value, and one that is known by its form; `npm run prove:secrets` has all. */
const kinds = secretKinds().filter(({ name }) => /^(declared variable|npm token)$/.test(name));
const [declared] = kinds;

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({
    PROVED_DECLARED: declared?.value ?? '',
    GATEHOUSE_SENSITIVE: 'PROVED_DECLARED',
  });
});
afterAll(() => environment.close());

const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4)}`;
/** A test that fails, and whose output tries everything. */
const HOSTILE = `
console.log('\\u001b[31mred\\u001b[0m first');
console.log('\`\`\`\\n</details> @rey <!-- gatehouse:task=1 -->');
console.error('TAP version 13');
console.log('token ${TOKEN}');
for (let n = 0; n < 40; n++) console.log('filler ' + n);
console.log("src/sum.ts(3,5): error TS2322: Type 'string' is not assignable.");
console.log('last words');
process.exitCode = 3;
`;

it('a failed command shows the end of its output, and the operator all of it', async () => {
  const scenario = await environment.scenario({ ...FILES, 'test.js': HOSTILE });
  const issue = await scenario.mona.open('Does it work?', '');
  await scenario.mona.comment(issue.number, '/agent test');
  const view = await scenario.when('the end', v => v.status === 'failure');
  const body = await scenario.said(issue.number, /printed last/);
  const text = seen(body);
  expect(text).toContain('`node test.js` exited with 3.'.replaceAll('`', ''));
  expect(text).toMatch(
    /What test printed last:\n… \(\d+ lines before\)\nfiller 2\d[\s\S]*last words/,
  );
  expect(text).not.toContain('filler 1\n');
  expect(body).not.toContain(TOKEN);

  const run = view.runs.findLast(({ state }) => state === 'failure')?.run ?? '';
  expect(text).toContain(`gatehouse logs ${view.id} ${run} --raw`);
  const { parts } = environment.gatehouse;
  const services = { openLog: async () => ({ ...parts, close: async () => {} }) };
  const print = async (of: { run?: string; json?: boolean }): Promise<string> => {
    let printed = '';
    const out = (said: string) => {
      printed += said;
    };
    const options = { json: false, raw: true, follow: false, ...of };
    await logs(services, { out, err: out, exit: () => {} }, view.id.slice(0, -2), options);
    return printed;
  };
  const all = await print({ run });
  expect(all).toContain(
    `=== ${run}, test: failure, \`node test.js\` exited with 3.\n--- standard output\nred first\n`,
  );
  expect(all).toMatch(/last words\n--- standard error\nTAP version 13\n/);
  expect(all).toContain('[redacted: GitHub token]');
  expect(JSON.parse(await print({ json: true })).at(-1)).toMatchObject({
    run,
    stderr: 'TAP version 13\n',
  });
  await expect(print({ run: 'test-9-9' })).rejects.toThrow(
    /has no run "test-9-9": `gatehouse status/,
  );
});

it('no secret is in what is kept or told, however it is written and whoever told it', async () => {
  const pack = { name: 'all', forms: packsOf(kinds).flatMap(({ forms }) => forms) };
  const printed = Buffer.from(Buffer.from(textOf(pack, 'output')).map(byte => byte ^ 1));
  const scenario = await environment.scenario({
    ...FILES,
    'test.js': `const text = Buffer.from('${printed.toString('base64')}', 'base64');
console.log(String(text.map(byte => byte ^ 1)));
process.exitCode = 3;
`,
  });
  // GitHub fails once, and its words hold the forms as well.
  environment.github.faults.api({
    match: new RegExp(`^PATCH ${scenario.at}/issues/comments/\\d+$`),
    status: 500,
    message: textOf(pack, 'error'),
  });
  const issue = await scenario.mona.open('Does it tell?', textOf(pack, 'issue'));
  await scenario.mona.comment(issue.number, '/agent test');
  const { id } = await scenario.when('the end', v => v.status === 'failure');
  const body = await scenario.said(issue.number, /printed last/);
  const { artifacts } = environment.gatehouse.parts;
  const left = await artifacts.list(id);
  const kept = left.map(async ({ name, digest }) => ({
    name,
    text: `${await artifacts.get(digest)}`,
  }));
  const { found, reached, lines } = judge(pack.forms, [
    { name: 'events', texts: await eventsOf({ environment }) },
    { name: 'artifacts', texts: await Promise.all(kept) },
    { name: 'comments', texts: [{ name: 'the comment', text: body }] },
  ]);
  expect(lines.join('\n')).not.toContain('found: ');
  // The comment has the end of the output alone.
  expect(reached).toBeGreaterThan(2 * pack.forms.length);
  expect(found).toBe(0);
});
