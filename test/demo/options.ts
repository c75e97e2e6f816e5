/** What `npm run demo` can be told, and what is said to what it can't. */
import { parseArgs } from 'node:util';

export const USAGE = `npm run demo -- [options]: the walk from a labelled issue to a merged pull request,
played for real on a local GitHub.

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
  /** A repository of the user's, and what is to be run in it. */
  repo: { path: string; command: RepositoryCommand; given: GivenCommands } | null;
};

/** `null`: help is wanted. Throws one line that says what is wrong. */
export function readOptions(args: string[]): Options | null {
  const { help, repo, command, install, lint, test, latency, ...given } = parse(args);
  if (help) return null;
  if (!/^\d+$/.test(latency))
    throw new Error(`--latency ${latency} is not a number of milliseconds`);
  const values = { ...given, latencyMs: Number(latency) };
  if (repo === undefined) {
    const stray = Object.entries({ command, install, lint, test }).find(([, value]) => value);
    if (stray)
      throw new Error(`--${stray[0]} is for a repository of yours: name it with --repo PATH`);
    return { ...values, repo: null };
  }
  if (repo === '') throw new Error('--repo needs the path of a clone');
  if (values.agent !== 'simulated')
    throw new Error(`--repo needs no agent: leave --agent ${values.agent} out`);
  const wanted = command ?? 'lint';
  if (wanted !== 'lint' && wanted !== 'test')
    throw new Error(`--command ${wanted} is not one that can be run: use lint or test`);
  const commands = { ...(install && { install }), ...(lint && { lint }), ...(test && { test }) };
  return { ...values, repo: { path: repo, command: wanted, given: commands } };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        exit: { type: 'boolean', default: false },
        json: { type: 'string' },
        agent: { type: 'string', default: 'simulated' },
        latency: { type: 'string', default: '0' },
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
