/** Commands on an issue: who may give them, what they are answered, and how fast a cancel is. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FILES } from '../../scenarios/environment.ts';
import { until } from '../until.ts';
import { type Story, scriptsIn } from './story.ts';

/** An argument that only the processes of this walk have. */
const mark = `apart-${randomUUID()}`;

/** How many processes of this machine have it. */
async function marked(): Promise<number> {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const lines = await Promise.all(
    ids.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter(line => line.split('\0').includes(mark)).length;
}

/** `lateMs`: how late this process was with everything meanwhile. */
export const command: Story<{ refusal: string; pausing: string; tookMs: number; lateMs: number }> =
  {
    env: scriptsIn('slow'),
    files: {
      ...FILES,
      // It does not end, and leaves a process of its own running.
      'install.js': `import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached: true, stdio: 'ignore' }).unref();
setInterval(() => {}, 1000);
`,
      '.github/gatehouse.yml':
        'commands:\n  test: [node, test.js]\n  install: [node, install.js]\nremediate: { ci: true }\n',
    },
    async play({ scenario, chapter }) {
      const { mona, otto } = scenario;
      await chapter('1. Otto, who has no role in the repository, calls: he is refused');
      const { number } = await mona.open('It subtracts', 'Two and two is four.');
      await otto.comment(number, '/agent fix');
      const refusal = await scenario.said(number, /it takes the role `write`/);

      await chapter('2. Mona mistypes a command, and then gives it');
      await mona.comment(number, '/agent fxi');
      await scenario.said(number, /mean[\s\S]*fix/);
      await mona.label(number, 'agent:fix');
      await scenario.when('the install to work', v =>
        v.steps.some(s => s.id === 'prepare' && s.run?.state === 'running'),
      );
      await until('what it left running', async () => (await marked()) > 0);

      await chapter('3. She gives it again, pauses the work, and lets it go on');
      await mona.comment(number, '/agent fix');
      await scenario.said(number, /already/i);
      await mona.label(number, 'agent:pause');
      const pausing = await scenario.said(number, /^[\s\S]*Paused: nothing more begins/);
      await scenario.said(number, /is paused: .* Paused by mona: /);
      await mona.comment(number, '/agent resume');
      await scenario.said(number, /I am going on\./);

      await chapter('4. She cancels: all that runs is killed');
      const delays = monitorEventLoopDelay({ resolution: 10 });
      delays.enable();
      await mona.comment(number, '/agent cancel');
      const from = performance.now();
      await until('its processes to be gone', async () => (await marked()) === 0);
      const tookMs = performance.now() - from;
      delays.disable();
      await scenario.said(number, /I am stopping the work here/);
      await scenario.when('the end', v => v.status === 'canceled');
      return { refusal, pausing, tookMs, lateMs: delays.max / 1e6 };
    },
  };
