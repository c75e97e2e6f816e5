/**
 * `npm run demo`: the main job, played for real on a local GitHub.
 *
 *   --exit               stop at the end instead of staying up
 *   --json FILE          write a summary
 *   --agent codex        let the real Codex work, against a scripted model
 *   --repo PATH          play a command on a git repository of your own
 *   --command NAME       which of its commands: lint (default), test
 *   --install, --lint, --test "argv"   instead of what is detected
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setStage } from './stage.ts';
import { chapter, note } from './timeline.ts';
import { walk } from './walk.ts';
import { summarise, summaryLines } from './watch.ts';

const { values } = parseArgs({
  options: {
    exit: { type: 'boolean', default: false },
    json: { type: 'string' },
    agent: { type: 'string', default: 'simulated' },
    repo: { type: 'string' },
    command: { type: 'string', default: 'lint' },
    install: { type: 'string' },
    lint: { type: 'string' },
    test: { type: 'string' },
  },
});

const here = import.meta.dirname;

const stage = await setStage({
  repository: { name: 'sandglass', from: join(here, 'library') },
  env: { GATEHOUSE_SIMULATION: join(here, 'scripts') },
});
try {
  const { task, timings } = await walk(stage, 120_000);
  const summary = await summarise(stage, task, timings);
  chapter('8. The audit');
  for (const line of summaryLines(summary)) note(line);
  if (values.json) await writeFile(values.json, `${JSON.stringify(summary, null, 2)}\n`);
  const proven =
    summary.outcome === 'success' && summary.verify === 'ok' && summary.replay === 'identical';
  if (!proven || summary.violations.length > 0) process.exitCode = 1;
  if (!values.exit) {
    note(`\nExplore it at ${stage.github.url}/${stage.repository.fullName}; Ctrl-C ends it.`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  }
} finally {
  await stage.strike();
}
