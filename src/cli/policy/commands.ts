/** `gatehouse policy <command>`: for people who write policies. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Role } from '../../core/actor.ts';
import { Action } from '../../core/decision.ts';
import { didYouMean } from '../../core/nearest.ts';
import { Trust } from '../../policy/trust.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';
import { backTestPolicies } from './backtest.ts';
import { checkPolicies } from './check.ts';
import { explainDecision } from './explain.ts';
import { showPolicies } from './show.ts';
import { simulateChange } from './simulate.ts';
import { testPolicies } from './test.ts';

/** Makes a command with `--json`, `--help` and examples. */
export type Make = (name: string, description: string, examples: string[]) => Command;

export function addPolicyCommands(make: Make, services: Services, output: Output): void {
  make('check', "Check policies, or a repository's own rules, against the schema.", [
    'gatehouse policy check policies/mine',
    'gatehouse policy check .github/gatehouse.yml',
    'gatehouse policy check --json | jq -r \'.faults[] | "\\(.file):\\(.line)"\'',
  ])
    .argument('[path]', 'a folder or a file; the policies in use without')
    .action((path, options) => checkPolicies(services, output, path ?? null, options));

  make('test', 'Run the tables of tests (*.test.yml) that lie beside policies.', [
    'gatehouse policy test policies/mine',
    'gatehouse policy test .github',
  ])
    .argument('[path]', 'a folder; the policies in use without')
    .action((path, options) => testPolicies(services, output, path ?? null, options));

  make('show', 'Print policies whole, as they are judged, with the file of each.', [
    'gatehouse policy show policies/startup',
    'gatehouse policy show --json | jq -r \'.policies[] | "\\(.id) \\(.file):\\(.line)"\'',
  ])
    .argument('[path]', "a pack, or a repository's .github; the policies in use without")
    .action((path, options) => showPolicies(services, output, path ?? null, options));

  make('explain', 'Say why a recorded decision is as it is, and what would change it.', [
    'gatehouse policy explain --task 42-1-0a1b2c3d',
    'gatehouse policy explain --task 42-1-0a1b2c3d --action pr.merge',
    'gatehouse policy explain --task 42-1-0a1b2c3d --file audit.jsonl --policies policies/mine',
  ])
    .requiredOption('--task <task>', 'the id of a task')
    .option('--action <action>', 'its latest decision on this action; on any, without', action)
    .option('--seq <event>', 'the decision at this event', number)
    .option('--file <export>', 'read an exported file; needs no database')
    .option('--policies <path>', 'explain what these policies say to the same facts')
    .action(options => explainDecision(services, output, options));

  make(
    'backtest',
    'Take every recorded decision again under other policies, and list those that flip.',
    [
      'gatehouse policy backtest --policies policies/mine',
      'gatehouse policy backtest --policies policies/mine --file audit.jsonl --json',
    ],
  )
    .requiredOption('--policies <path>', 'the folder of the policies that would decide')
    .option('--file <export>', 'read an exported file; needs no database')
    .action(options => backTestPolicies(services, output, options));

  make('simulate', 'Say what policy would decide about a change, had an agent made it.', [
    'gatehouse policy simulate',
    'gatehouse policy simulate feature --base main --policies policies/mine',
    'git fetch origin pull/42/head && gatehouse policy simulate FETCH_HEAD',
    "gatehouse policy simulate --untested --json | jq -r '.findings[] | .kind'",
  ])
    .argument('[head]', 'the commit with the change', 'HEAD')
    .option('--base <commit>', "what it is compared with; the remote's default branch without")
    .option('--repo <path>', 'a clone of the repository', '.')
    .option('--repository <owner/name>', "its name, for rules about it; the remote's without")
    .option('--policies <path>', 'a pack that would decide; the policies in use without')
    .option('--role <role>', 'the role of the agent', 'author')
    .addOption(
      new Option('--trust <level>', "its trust; the role's own without").choices(Trust.options),
    )
    .addOption(
      new Option('--requester <role>', 'the role on GitHub of whom it works for')
        .choices(Role.options)
        .default('write'),
    )
    .option('--tainted', 'it has read text by people without write access', false)
    .option('--untested', 'no test and no lint proved the change', false)
    .action((head, options) => simulateChange(services, output, head, options));
}

function action(text: string): string {
  if (Action.options.some(known => known === text)) return text;
  throw new InvalidArgumentError(`There is no such action${didYouMean(text, Action.options)}.`);
}

function number(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('An event is a whole number from 1.');
}
