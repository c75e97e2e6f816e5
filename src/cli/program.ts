/** `gatehouse <command>`: what there is, with its options; each command is a file of its own. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { z } from 'zod';
import { Action, Outcome } from '../core/decision.ts';
import { Origin } from '../core/origin.ts';
import { CONFIG_PATH } from '../engine/policies/rule-files.ts';
import { addAgentCommands } from './agents/commands.ts';
import { artifacts } from './artifacts/artifacts.ts';
import { completion, SHELLS } from './completion.ts';
import { findDecisions } from './decisions.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { exportLog } from './export.ts';
import { drawGraphs } from './graph.ts';
import { addHelp } from './help.ts';
import { init } from './init.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { appId, each, most, port, time } from './option-values.ts';
import { type Output, terminal } from './output.ts';
import { addPersonCommands } from './person/commands.ts';
import { addPolicyCommands, type Make } from './policy/commands.ts';
import { replay } from './replay.ts';
import { listSchedules } from './schedules.ts';
import { serve } from './serve.ts';
import type { Services } from './services.ts';
import { setup } from './setup.ts';
import { status } from './status.ts';
import { addSteerCommands } from './steer/commands.ts';
import { submit } from './submit.ts';
import { addTokenCommands, project } from './token/commands.ts';
import { verify } from './verify.ts';

const PACKAGE = resolve(import.meta.dirname, '../../package.json');
const { version: VERSION } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(PACKAGE, 'utf8')));

const ORIGINS = Origin.options.map(({ shape }) => shape.kind.value);

export function createProgram(services: Services, output: Output = terminal): Command {
  const program = new Command('gatehouse')
    .description(
      'Governs coding agents on GitHub: policy decides, people approve, a log proves it.',
    )
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .version(VERSION, '-V, --version', 'print the version')
    .showHelpAfterError('`gatehouse --help` lists the commands.')
    .addHelpText('after', '\n`gatehouse <command> --help` shows the options, with examples.');
  const makeIn =
    (parent: Command, before: string): Make =>
    (name, description, examples) =>
      parent
        .command(name)
        .description(description)
        .option('--json', 'print one JSON document instead of text', false)
        .showHelpAfterError(`\`${before} ${name} --help\` shows how it is used.`)
        .addHelpText('after', ['', 'Examples:', ...examples.map(e => `  $ ${e}`)].join('\n'));
  const command = makeIn(program, 'gatehouse');
  const group = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .showHelpAfterError(`\`gatehouse ${name} --help\` lists its commands.`)
      .addHelpText(
        'after',
        `\n\`gatehouse ${name} <command> --help\` shows the options, with examples.`,
      );

  command('setup', 'Register the App on GitHub and write its credentials for `serve`.', [
    'gatehouse setup --org acme',
    'gatehouse setup --name acme-gatehouse --webhook-url https://gatehouse.example.com',
    'gatehouse setup --app-id 12345 --key app.pem',
    'vault read -field=key secret/app | gatehouse setup --app-id 12345 --key -',
    'GHE_HOST=github.example.com gatehouse setup',
  ])
    .option('--port <port>', 'port of the setup page on this machine', port, 3000)
    .option('--org <organization>', 'the organization that shall own it; you, without')
    .option('--name <name>', "the App's name, which nobody else's App may have")
    .option(
      '--webhook-url <url>',
      "where GitHub delivers; without, deliveries are read from GitHub's log",
    )
    .option('--app-id <id>', 'take over the App of this id, which is registered already', appId)
    .option('--key <file>', "that App's private key: a .pem file, or - for standard input")
    .action(options => setup(services, output, options));

  command('init', "Write a repository's gatehouse.yml as detection would have it.", [
    'gatehouse init',
    'gatehouse init ../shop/packages/app --force',
  ])
    .argument('[path]', 'a clone of the repository, or the folder in it to work in', '.')
    .option('--force', 'replace the file that is there', false)
    .action((path, options) => init(output, path, options));

  command('graph', 'Draw the graphs of a gatehouse.yml, or name what is wrong with them.', [
    'gatehouse graph',
    'gatehouse graph .github/gatehouse.yml --mermaid',
  ])
    .argument('[file]', 'a gatehouse.yml, or - for standard input', CONFIG_PATH)
    .option('--mermaid', 'print them as Mermaid, which GitHub draws in comments and files', false)
    .action((file, options) => drawGraphs(services, output, file, options));

  command('serve', 'Receive webhooks and work, all in one process, until it is stopped.', [
    'gatehouse serve',
    'PORT=8080 LOG_LEVEL=warn gatehouse serve 2>> gatehouse.log',
  ]).action(options => serve(services.serve, output, options));

  command('worker', 'Work besides `serve`, on the same database, without receiving webhooks.', [
    'gatehouse worker',
    'DATABASE_URL=postgres://… REDIS_URL=redis://… gatehouse worker',
  ]).action(options => serve(services.work, output, options));

  command('submit', 'Start a task from a file, as by POST /hooks/tasks, or a backlog of tasks.', [
    'gatehouse submit task.json',
    'gatehouse submit backlog.yaml',
    'gatehouse submit task.yaml --project releases',
    'jq -n \'{repository: "acme/shop", command: "fix", issue: 42}\' | gatehouse submit -',
  ])
    .argument(
      '<file>',
      'JSON or YAML by docs/schemas/task-call.v1.json or backlog-yaml.v1.json, or - for standard input',
    )
    .option('--key <key>', 'the same for the same request, however often it is submitted')
    .option('--project <name>', 'who answers for it, as of a machine token', project, 'shell')
    .option('--untrusted', 'its text counts as written by people without write access', false)
    .action((file, options) => submit(services, output, file, options));

  command('status', 'List tasks and backlogs, or show one in full.', [
    'gatehouse status',
    'gatehouse status 42-1-0a1b2c3d',
    'gatehouse status backlog/42-5',
    'gatehouse status --all --json | jq -r \'.tasks[] | select(.status == "failure").id\'',
  ])
    .argument('[task]', 'the id of a task, or backlog/ID')
    .option('--all', 'list the ended ones as well', false)
    .action((task, options) => status(services, output, task ?? null, options));

  command('list', 'List tasks and backlogs, by repository and by what they come from.', [
    'gatehouse list --repository acme/shop',
    'gatehouse list --origin schedule --all --limit 20',
  ])
    .option('--repository <owner/name>', 'those of one repository')
    .addOption(new Option('--origin <kind>', 'those that come from it').choices(ORIGINS))
    .option('--all', 'the ended ones as well', false)
    .option('--limit <number>', 'at most so many, the newest first', most, 100)
    .action(options => list(services, output, options));

  command('decisions', 'List what policy decided, over all tasks.', [
    'gatehouse decisions --outcome deny --repository acme/shop --since 7d',
    'gatehouse decisions --agent author --action pr.merge --json',
    'gatehouse decisions --policy merge-risky-dependencies --since 2026-11-01 --until 2026-12-01',
  ])
    .option('--repository <owner/name>', 'those of one repository')
    .addOption(new Option('--outcome <outcome>', 'how it was decided').choices(Outcome.options))
    .addOption(new Option('--action <action>', 'what was asked about').choices(Action.options))
    .option('--agent <role>', 'what agents in this role asked for')
    .option('--policy <id>', 'those that this policy determined')
    .option('--since <time>', 'from then on: 7d, 12h, a day, or a time of ISO 8601', time)
    .option('--until <time>', 'before then', time)
    .option('--limit <number>', 'at most so many, the newest first', most, 100)
    .action(options => findDecisions(services, output, options));

  addSteerCommands(command, services, output);
  addPersonCommands(command, services, output);

  command('logs', 'Print what the runs of a task do and did, while they work and after it.', [
    'gatehouse logs 42-1-0a1b2c3d --follow',
    'gatehouse logs 42-1-0a1b2c3d test-1-1 --raw',
    'gatehouse logs 42-1-0a1b2c3d --json | jq \'select(.event.type == "tool.denied")\'',
  ])
    .argument('<task>', 'the id of a task')
    .argument('[run]', 'one of its runs, as `status` lists them; all of them without')
    .option('--follow', 'go on until the task, or the run, has ended', false)
    .option('--raw', 'what a run printed, word for word, once it has ended', false)
    .addHelpText('after', '\n--json prints the lines of the journals: one JSON document each.')
    .action((task, run, options) => logs(services, output, task, { ...options, run }));

  command('artifacts', 'List what the runs of a task left, or write all of it as a folder.', [
    'gatehouse artifacts 42-1-0a1b2c3d',
    'gatehouse artifacts 42-1-0a1b2c3d --to task-42 && cd task-42 && sha256sum --check SHA256SUMS',
  ])
    .argument('<task>', 'the id of a task')
    .option('--to <dir>', 'write to this folder, which must be new or empty')
    .action((task, options) => artifacts(services, output, task, options));

  command('verify', 'Check the hash chain of every stream, or of one.', [
    'gatehouse verify',
    'gatehouse verify task/42-1-0a1b2c3d',
    'gatehouse verify --anchors',
    'gatehouse verify --anchors --key earlier.pub',
    'gatehouse verify --file audit.jsonl --anchors anchors.jsonl --key app.pem',
  ])
    .argument('[stream]', 'one stream; all of them without')
    .option('--file <export>', 'verify an exported file; needs no database')
    .option(
      '--anchors [file]',
      'compare with what is kept outside the database: on GitHub, or in a file',
    )
    .option(
      '--key <file>',
      'a key of the App, private or public, that signed anchors; once for each, also for one that was replaced',
      (file: string, before: string[] = []) => [...before, file],
    )
    .action((stream, options) => verify(services, output, stream ?? null, options));

  command('replay', 'Fold every stream anew and take every decision again, and compare.', [
    'gatehouse replay',
    'gatehouse replay --file audit.jsonl',
    'gatehouse replay --rebuild',
    'gatehouse replay 42-1-0a1b2c3d --agent',
    'gatehouse replay 42-1-0a1b2c3d --run author-1-1 --agent',
  ])
    .argument('[stream]', 'one stream, or the id of a task; all of them without')
    .option('--file <export>', 'replay an exported file; needs no database')
    .option('--rebuild', 'write every projection anew from the events', false)
    .option(
      '--agent',
      'do the runs of a task once more, with the recorded answers of their models',
      false,
    )
    .option('--run <run>', 'only this run of the task, as `status` lists them')
    .action((stream, options) => replay(services, output, stream ?? null, options));

  command('export', 'Write the events, and what their decisions rest on, as JSON lines.', [
    'gatehouse export --out audit.jsonl',
    'gatehouse export task/42-1-0a1b2c3d | gzip > task.jsonl.gz',
  ])
    .argument('[stream]', 'one stream; all of them without')
    .option('--out <file>', 'write to a file; --json then tells what was written')
    .action((stream, options) => exportLog(services, output, stream ?? null, options));

  const policy = group('policy', 'Check, test, show and explain policies.');
  addPolicyCommands(makeIn(policy, 'gatehouse policy'), services, output);
  addHelp(policy);

  const agents = group(
    'agents',
    'List the agents on this machine and their records, and install their CLIs.',
  );
  addAgentCommands(makeIn(agents, 'gatehouse agents'), services, output);
  addHelp(agents);

  command(
    'evaluate',
    'Run tasks by several profiles, grade and compare them; nothing is published.',
    [
      'gatehouse evaluate docs/examples/evaluation/suite.yaml',
      'gatehouse evaluate suite.yaml --profile present --repeat 5 --out baseline.json',
      'gatehouse evaluate suite.yaml --repeat 5 --against baseline.json',
      'gatehouse evaluate result.json --against baseline.json',
    ],
  )
    .argument(
      '<file>',
      'a suite, YAML by docs/schemas/evaluation-suite.v1.json, or an earlier result, JSON',
    )
    .option('--profile <name>', 'this profile of it alone; may be given again', each, [])
    .option('--task <name>', 'this task of it alone; may be given again', each, [])
    .option('--repeat <number>', 'runs of each task by each profile, instead of what it says', most)
    .option('--out <file>', 'write the result as JSON, to compare with later')
    .option('--against <file>', 'compare with an earlier result, and fail on a regression')
    .action((file, options) =>
      evaluate(services, output, file, { ...options, gatehouse: VERSION }),
    );

  command(
    'schedules',
    'List what repositories have done at certain times, and when that is next.',
    [
      'gatehouse schedules',
      "gatehouse schedules --json | jq -r '.schedules[] | select(.note).note'",
    ],
  ).action(options => listSchedules(services, output, options));

  const token = group('token', 'Make, list and revoke the tokens that other systems call with.');
  addTokenCommands(makeIn(token, 'gatehouse token'), services, output);
  addHelp(token);

  command('doctor', 'Check settings, sandbox, database, policies, agents and the App on GitHub.', [
    'gatehouse doctor',
    'gatehouse doctor --live',
    'gatehouse doctor --json | jq .ok',
  ])
    .option('--live', 'let each model that has a credential answer with one token', false)
    .action(options => doctor(services, output, options));

  command('completion', 'Print a script that completes commands and options in your shell.', [
    'gatehouse completion bash > ~/.local/share/bash-completion/completions/gatehouse',
    'gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish',
  ])
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .action((shell, options) => completion(program, output, shell, options));

  addHelp(program);

  return program;
}
