/** What `npm run demo` can be told, and what is said to what it can't. */
import { parseArgs } from 'node:util';
import { didYouMean } from '../../src/core/nearest.ts';
import { STORIES } from './stories/stories.ts';

const NO_LATENCY = '0';
const SIMULATED = 'simulated';

export const USAGE = `npm run demo -- [options]: the walk from a labelled issue to a merged pull request,
played for real on a local GitHub.

  --scenario NAME      play another walk instead
  --list               print the names of these walks, one a line
  --exit               stop at the end instead of staying up to be explored
  --json FILE          write a summary
  --latency MS         how long each of GitHub's answers is on its way (default 0)
  --agent NAME         who does the work: simulated (default), or a real agent
                       on a scripted model, such as codex; a name that is not
                       known is answered with all of them
  --repo PATH          run one of a repository's own commands instead: a clone
                       on this machine; it is not changed
  --command NAME       which of them: lint (default) or test
  --install, --lint, --test "COMMAND"
                       instead of the command that is found in the repository
  --help               this text

Examples:
  npm run demo
  npm run demo -- --scenario backlog
  npm run demo -- --repo ../my-library --command test
  npm run demo -- --repo ../my-library --lint "npx eslint ."
`;

export type RepositoryCommand = 'lint' | 'test';
export type GivenCommands = Partial<Record<'install' | 'lint' | 'test', string>>;

export type Options = {
  exit: boolean;
  json: string | undefined;
  agent: string;
  /** Milliseconds for which each answer of the local GitHub is on its way. */
  latencyMs: number;
  /** The names of the walks are wanted, and nothing else. */
  list: boolean;
  /** One of `stories/`; `null`: the main job. */
  scenario: string | null;
  /** A repository of the user's, and what is to be run in it. */
  repo: { path: string; command: RepositoryCommand; given: GivenCommands } | null;
};

/** `null`: help is wanted. Throws one line that says what is wrong. */
export function readOptions(args: string[]): Options | null {
  const { help, repo, command, install, lint, test, latency, scenario, ...given } = parse(args);
  if (help) return null;
  if (scenario !== undefined) refuseWith(scenario, { repo, latency, agent: given.agent });
  if (!/^\d+$/.test(latency))
    throw new Error(`--latency ${latency} is not a number of milliseconds`);
  const values = { ...given, latencyMs: Number(latency), scenario: scenario ?? null };
  if (repo === undefined) {
    const stray = Object.entries({ command, install, lint, test }).find(([, value]) => value);
    if (stray)
      throw new Error(`--${stray[0]} is for a repository of yours: name it with --repo PATH`);
    return { ...values, repo: null };
  }
  if (repo === '') throw new Error('--repo needs the path of a clone');
  if (values.agent !== SIMULATED)
    throw new Error(`--repo needs no agent: leave --agent ${values.agent} out`);
  const wanted = command ?? 'lint';
  if (wanted !== 'lint' && wanted !== 'test')
    throw new Error(`--command ${wanted} is not one that can be run: use lint or test`);
  const commands = { ...(install && { install }), ...(lint && { lint }), ...(test && { test }) };
  return { ...values, repo: { path: repo, command: wanted, given: commands } };
}

/** A scenario has its own repository, agents and answers. */
function refuseWith(
  scenario: string,
  { repo, latency, agent }: { repo: string | undefined; latency: string; agent: string },
): void {
  if (!Object.hasOwn(STORIES, scenario))
    throw new Error(
      `--scenario ${scenario} is not one that is known${didYouMean(scenario, Object.keys(STORIES))}: use ${Object.keys(STORIES).join(', ')}`,
    );
  const stray = [
    ...(repo === undefined ? [] : ['--repo']),
    ...(latency === NO_LATENCY ? [] : ['--latency']),
    ...(agent === SIMULATED ? [] : ['--agent']),
  ];
  if (stray.length > 0) throw new Error(`${stray[0]} is for the main job: leave --scenario out`);
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        exit: { type: 'boolean', default: false },
        json: { type: 'string' },
        agent: { type: 'string', default: SIMULATED },
        latency: { type: 'string', default: NO_LATENCY },
        scenario: { type: 'string' },
        list: { type: 'boolean', default: false },
        repo: { type: 'string' },
        command: { type: 'string' },
        install: { type: 'string' },
        lint: { type: 'string' },
        test: { type: 'string' },
      },
    });
    return {
      json: undefined,
      repo: undefined,
      scenario: undefined,
      command: undefined,
      install: undefined,
      lint: undefined,
      test: undefined,
      ...values,
    };
  } catch (error) {
    // Its first sentence says what; what follows is about Node.
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new Error(`${problem}. \`npm run demo -- --help\` shows what there is`);
  }
}
