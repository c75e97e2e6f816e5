/** The programs that commands start, and what installs each on the machine that runs them. */
import type { Ecosystem } from '../core/ecosystem.ts';
import { readShellLine } from '../core/shell/read-line.ts';

/** `install`: for Debian and Ubuntu, or with the language's own package manager. */
type KnownTool = { ecosystem: Ecosystem | null; install: string };

const TOOLS: ReadonlyMap<string, KnownTool> = new Map([
  ...of('npm', {
    node: 'apt-get install nodejs',
    npm: 'apt-get install npm',
    npx: 'apt-get install npm',
    pnpm: 'npm install --global pnpm',
    yarn: 'npm install --global yarn',
    bun: 'npm install --global bun',
    deno: 'npm install --global deno',
  }),
  ...of('pypi', {
    python3: 'apt-get install python3-venv',
    pip: 'apt-get install python3-pip',
    uv: 'pip install uv',
    poetry: 'apt-get install python3-poetry',
    pdm: 'apt-get install python3-pdm',
    pipenv: 'apt-get install pipenv',
  }),
  ...of('go', {
    go: 'apt-get install golang-go',
    'golangci-lint': 'go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@latest',
  }),
  ...of('cargo', { cargo: 'apt-get install cargo' }),
  ...of('maven', {
    java: 'apt-get install default-jdk-headless',
    mvn: 'apt-get install maven',
    gradle: 'apt-get install gradle',
  }),
  ...of('rubygems', { ruby: 'apt-get install ruby', bundle: 'apt-get install ruby-bundler' }),
  ...of('packagist', { php: 'apt-get install php-cli', composer: 'apt-get install composer' }),
  ...of('nuget', { dotnet: 'apt-get install dotnet-sdk-8.0' }),
  ...of('hex', { mix: 'apt-get install elixir', elixir: 'apt-get install elixir' }),
  ...of('pub', { dart: 'apt-get install dart', flutter: 'snap install flutter --classic' }),
  ...of(null, {
    make: 'apt-get install make',
    yamllint: 'apt-get install yamllint',
    helm: 'snap install helm --classic',
    kubectl: 'snap install kubectl --classic',
    'kube-linter': 'go install golang.stackrox.io/kube-linter/cmd/kube-linter@latest',
  }),
]);

export const TOOL_NAMES: readonly string[] = [...TOOLS.keys()];

function of(ecosystem: Ecosystem | null, programs: Record<string, string>): [string, KnownTool][] {
  return Object.entries(programs).map(([name, install]) => [name, { ecosystem, install }]);
}

/** The ecosystems whose tools a command starts. */
export const ecosystemsOf = (argv: readonly string[]): Ecosystem[] =>
  programsOf(argv).flatMap(program => TOOLS.get(program)?.ecosystem ?? []);

/** The command that installs a program; `null` where it is not known here. */
export const installerOf = (program: string): string | null => TOOLS.get(program)?.install ?? null;

/** The wrappers of Maven and Gradle, of a folder or of one above it. */
const wrappedIn = (program: string): string | null =>
  /^(?:\.{1,2}\/){1,20}(?:mvnw|gradlew)$/.test(program) ? 'java' : null;

/**
 * The programs of the machine that a command starts, without what the repository or its install brings
 * along. Of a shell's script only the tools known here count, and where a part of it may never be started,
 * only the first.
 */
export function programsOf(argv: readonly string[]): string[] {
  const [first = '', option = '', script = ''] = argv;
  const isScript = (first === 'sh' || first === 'bash') && option === '-c';
  const started = isScript ? programsIn(script) : [first];
  return started.flatMap(program => {
    const wrapped = wrappedIn(program);
    if (wrapped !== null) return wrapped;
    return program.includes('/') || (isScript && !TOOLS.has(program)) ? [] : program;
  });
}

/** What stands behind one of these may never be started. */
const CONDITION = /[|;]|\b(?:if|case)\b/;

function programsIn(script: string): string[] {
  const reading = CONDITION.test(script) ? null : readShellLine(script);
  if (reading?.ok)
    return reading.parts.flatMap(part => (part.kind === 'command' ? (part.argv[0] ?? []) : []));
  return /^\s*([\w./-]{1,40})(?=\s|$)/.exec(script)?.slice(1) ?? [];
}
