/** Three walks carry a pack of forms to every place: one that is refused, one that is merged, one that fails. */
import type { TaskView } from '../../../src/core/view.ts';
import { runHere } from '../../cli/environment.ts';
import { FILES, NO_CI_TO_AWAIT } from '../../scenarios/environment.ts';
import { type Pack, textOf } from './forms.ts';
import type { Play, World } from './world.ts';

export type Walked = {
  task: string;
  repository: { fullName: string; directory: string };
  /** What was printed to a person who watched. */
  followed: string;
};

export async function walkAll(world: World, pack: Pack, number: number): Promise<Walked[]> {
  const said = { say: textOf(pack, 'model') };
  const solved = { path: 'sum.js', text: 'export const sum = (a, b) => a + b;\n' };
  return Promise.all([
    walk(world, pack, {
      name: `walk ${number} of leaks`,
      play: [
        { ...said, shell: 'npm test' },
        { shell: deniedLine(textOf(pack, 'line')) },
        { write: { path: 'notes.txt', text: `${textOf(pack, 'patch')}\n` } },
        said,
      ],
    }),
    walk(world, pack, {
      name: `walk ${number} of mends`,
      play: [
        { ...said, edit: { path: 'sum.js', before: FILES['sum.js'] ?? '', after: solved.text } },
        said,
      ],
    }),
    walk(world, pack, {
      name: `walk ${number} of errors`,
      play: { error: textOf(pack, 'error') },
    }),
  ]);
}

async function walk(
  { environment, plays, settings }: World,
  pack: Pack,
  { name, play }: { name: string; play: Play },
): Promise<Walked> {
  plays.set(`author in ${name}`, play);
  plays.set(`reviewer in ${name}`, [{ answer: reviewOf(pack) }]);
  const scenario = await environment.scenario(filesOf(pack));
  // GitHub fails at the first change of the comment, which only Gatehouse makes.
  environment.github.faults.api({
    match: new RegExp(`^PATCH ${scenario.at}/issues/comments/\\d+$`),
    status: 500,
    message: textOf(pack, 'error'),
  });
  const issue = await scenario.mona.open(name, `${name}\n\n${textOf(pack, 'issue')}`);
  await scenario.mona.label(issue.number, 'agent:fix');
  const task = await scenario.task();
  const following = runHere(['logs', task, '--follow', '--json'], settings);
  const view = await scenario.when(name, v => isOver(v) || v.approval?.status === 'requested');
  if (!isOver(view)) {
    await scenario.mona.comment(issue.number, '/agent cancel');
    await scenario.when(`the end of ${name}`, isOver);
  }

  await environment.github.idle();
  const { stdout, stderr } = await following;
  return { task, repository: scenario.repository, followed: `${stdout}${stderr}` };
}

/** Policy denies it, and the log keeps what was denied. */
const deniedLine = (text: string): string => `git push '${text.replaceAll("'", `'\\''`)}'`;

const isOver = ({ status }: TaskView): boolean => status !== 'proposed' && status !== 'active';

const reviewOf = (pack: Pack) => ({
  summary: textOf(pack, 'model'),
  findings: [{ path: 'sum.js', line: 1, severity: 'warning', message: textOf(pack, 'model') }],
  verdict: 'no_objections',
});

/** A test that fails and prints the forms, which no file of the repository holds as they are. */
function filesOf(pack: Pack): Record<string, string> {
  const hidden = Buffer.from(Buffer.from(textOf(pack, 'output')).map(byte => byte ^ KEY));
  return {
    ...NO_CI_TO_AWAIT,
    'test.js': `import { sum } from './sum.js';
const text = Buffer.from(${JSON.stringify(hidden.toString('base64'))}, 'base64').map(byte => byte ^ ${KEY});
console.log(\`\${text}\`);
console.error(\`\${text}\`);
setTimeout(() => process.exit(sum(2, 2) === 4 ? 0 : 1), 200);
`,
    'package.json':
      '{ "name": "sum", "type": "module", "version": "1.0.0", "scripts": { "test": "node test.js" } }\n',
  };
}

const KEY = 0x5a;
