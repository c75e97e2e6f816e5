/** `gatehouse agents`: which agents there are, what they lack and what became of their work, and the installing of their CLIs. */
import type { Output } from '../output.ts';
import { print } from '../output.ts';
import type { Make } from '../policy/commands.ts';
import type { Services } from '../services.ts';
import { describeAgents } from './describe.ts';
import { type ReadOptions, readPrinted } from './read.ts';
import { agentRecord, daysGiven, type RecordOptions } from './record.ts';

export function addAgentCommands(command: Make, services: Services, output: Output): void {
  command('list', 'List the agents: their CLIs, their credentials, and what they lack.', [
    'gatehouse agents list',
    'gatehouse agents list --live',
  ])
    .option('--live', 'let each model that has a credential answer with one token', false)
    .action(async (options: { json: boolean; live: boolean }) => {
      const checked = await services.checkAgents({ live: options.live });
      print(output, options.json, checked, describeAgents(checked));
      if (!checked.ok) output.exit(1);
    });

  command(
    'install',
    "Install agents' CLIs, in their pinned versions, into Gatehouse's own folder.",
    ['gatehouse agents install codex', 'gatehouse agents install codex claude'],
  )
    .argument('<agent...>', 'their names: codex, claude, gemini, opencode, kilo, copilot')
    .action(async (names: string[], options: { json: boolean }) => {
      const report = (message: string) => output.err(`${message}\n`);
      const installed = await services.installAgents(names, report);
      print(
        output,
        options.json,
        { installed },
        installed.map(({ adapter, version, folder }) => `${adapter} ${version} is in ${folder}`),
      );
    });

  command(
    'record',
    'List how often the work of each agent stood, and the level of trust that it has earned.',
    ['gatehouse agents record', 'gatehouse agents record --days 90 --by-repository'],
  )
    .option('--days <number>', 'of the runs that ended in so many days', daysGiven, 30)
    .option('--by-repository', 'apart for each repository', false)
    .action((options: RecordOptions) => agentRecord(services, output, options));

  command(
    'read',
    'Print what an agent did without Gatehouse as the events of a journal, one a line.',
    [
      'gatehouse agents read codex exec.jsonl',
      'codex exec --json "$PROMPT" | gatehouse agents read codex -',
    ],
  )
    .argument('<agent>', 'codex, claude, gemini, opencode or kilo')
    .argument('<file>', 'what its CLI printed as lines of JSON; - for standard input')
    .option('--stderr <file>', 'what it printed on standard error')
    .option('--exit-code <code>', 'its exit code, or the signal that ended it', '0')
    .action((agent: string, file: string, options: ReadOptions) =>
      readPrinted(services, output, { agent, file, options }),
    );
}
