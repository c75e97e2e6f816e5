/** package.json: npm, pnpm, yarn or bun, and the scripts that a person wrote. */
import { z } from 'zod';
import { nameMatches } from '../core/file-name.ts';
import { isAside } from './known-files.ts';
import type { DetectedCommand, DetectedLanguage, Project } from './project.ts';

const Manifest = z.looseObject({
  packageManager: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.unknown()).optional().catch(undefined),
  workspaces: z.unknown().optional(),
});
type Manifest = z.infer<typeof Manifest>;

type Manager = {
  name: 'npm' | 'pnpm' | 'yarn' | 'yarn-berry' | 'bun';
  /** In front of every call. */
  argv: string[];
  /** The lockfile, where there is one. */
  lock: string | null;
  because: string;
};

const LOCKS = [
  ['pnpm', 'pnpm-lock.yaml'],
  ['yarn', 'yarn.lock'],
  ['bun', 'bun.lock'],
  ['bun', 'bun.lockb'],
  ['npm', 'package-lock.json'],
  ['npm', 'npm-shrinkwrap.json'],
] as const;

export function detectNode(project: Project): DetectedLanguage | null {
  if (!project.has('package.json')) return null;
  const manifest = readManifest(project.text('package.json'));
  if (manifest === null) return null;
  const manager = managerOf(project, manifest);
  const commands = [
    { name: 'install' as const, argv: installOf(manager), because: manager.because },
    ...scriptCommand(manager, manifest, 'lint'),
    ...testCommand(project, manager, manifest),
  ];
  return { language: 'Node', ecosystem: 'npm', commands };
}

/** `null`: it is no JSON, and npm would refuse it too. */
function readManifest(text: string): Manifest | null {
  try {
    return Manifest.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return null;
  }
}

/** `packageManager` decides; without it the lockfile does, the folder's own or one above it. */
function managerOf(project: Project, manifest: Manifest): Manager {
  const locks = LOCKS.filter(([, file]) => project.has(file) || project.above(file));
  const named = /^(npm|pnpm|yarn|bun)@(\d+)/.exec(manifest.packageManager ?? '');
  const name = named?.[1] ?? locks[0]?.[0] ?? 'npm';
  const lock = locks.find(([manager]) => manager === name)?.[1] ?? null;
  const because = named
    ? `\`packageManager\` in package.json names ${named[0]}`
    : lock !== null
      ? `${lock} is there${locks.length > 1 ? `, beside ${locks[1]?.[1]}` : ''}`
      : 'package.json is there, without a lockfile';
  if (name !== 'yarn') return { name: nameOf(name), argv: [name], lock, because };
  const brought = broughtYarn(project);
  const isBerry =
    named !== null
      ? Number(named[2]) >= 2
      : project.has('.yarnrc.yml') || /^__metadata:/m.test(project.text('yarn.lock'));
  return {
    name: isBerry ? 'yarn-berry' : 'yarn',
    argv: brought === null ? ['yarn'] : ['node', brought],
    lock,
    because,
  };
}

const nameOf = (name: string): 'npm' | 'pnpm' | 'bun' =>
  name === 'pnpm' || name === 'bun' ? name : 'npm';

/** The yarn that a repository keeps in itself, as `yarnPath` names it: none has to be installed. */
function broughtYarn(project: Project): string | null {
  const named = /^yarnPath:\s*["']?([\w./-]{1,200}\.cjs)["']?\s*$/m.exec(
    project.text('.yarnrc.yml'),
  )?.[1];
  const path = named?.replace(/^\.\//, '');
  return path !== undefined && project.below.includes(path) ? path : null;
}

function installOf({ name, argv, lock }: Manager): string[] {
  const locked = lock !== null;
  switch (name) {
    case 'npm':
      return [...argv, locked ? 'ci' : 'install'];
    case 'yarn-berry':
      return [...argv, 'install', locked ? '--immutable' : '--no-immutable'];
    case 'pnpm':
    case 'yarn':
    case 'bun':
      return [...argv, 'install', ...(locked ? ['--frozen-lockfile'] : [])];
  }
}

const scriptOf = (manifest: Manifest | null, name: string): string => {
  const script = manifest?.scripts?.[name];
  return typeof script === 'string' ? script.trim() : '';
};

/** What `npm init` writes, and its like: a script that only says something is no test. */
const ONLY_SAYS =
  /^(?:(?:echo(?:\s+(?:"[^"$`]{0,400}"|'[^']{0,400}'|[^\s"'&|;<>`$()]{1,200}))*|exit(?:\s+\d{1,3})?|true|false|:)\s*(?:&&|\|\||;|$)\s*)+$/;

const isPlaceholder = (script: string): boolean =>
  script === '' || (script.length <= 1000 && ONLY_SAYS.test(script));

function scriptCommand(
  { argv, name: manager }: Manager,
  manifest: Manifest,
  name: 'lint' | 'test',
): DetectedCommand[] {
  if (isPlaceholder(scriptOf(manifest, name))) return [];
  const short = name === 'test' && manager !== 'bun';
  const because = `package.json has the script "${name}"`;
  return [{ name, argv: [...argv, ...(short ? [name] : ['run', name])], because }];
}

function testCommand(project: Project, manager: Manager, manifest: Manifest): DetectedCommand[] {
  const own = scriptCommand(manager, manifest, 'test');
  if (own.length > 0) return own;
  const member = testedMember(project, manifest);
  if (member !== null) {
    const because = `the workspace's ${member} has the script "test"`;
    return [{ name: 'test', argv: testOfMembers(manager), because }];
  }
  const tests = project.below.find(path =>
    nameMatches(path, ['*.test.ts', '*.test.js', '*.test.tsx']),
  );
  if (manager.name !== 'bun' || tests === undefined) return [];
  return [{ name: 'test', argv: ['bun', 'test'], because: `${tests} is there, and bun tests it` }];
}

/** The first member of a workspace that has tests. */
function testedMember(project: Project, manifest: Manifest): string | null {
  if (!manifest.workspaces && !project.has('pnpm-workspace.yaml')) return null;
  const found = project.below.find(
    path =>
      path.endsWith('/package.json') &&
      !isAside(path.slice(0, -'/package.json'.length)) &&
      !isPlaceholder(scriptOf(readManifest(project.text(path)), 'test')),
  );
  return found ?? null;
}

function testOfMembers({ name, argv }: Manager): string[] {
  switch (name) {
    case 'npm':
      return [...argv, 'test', '--workspaces', '--if-present'];
    case 'pnpm':
      return [...argv, '--recursive', '--if-present', 'run', 'test'];
    case 'yarn':
      return [...argv, 'workspaces', 'run', 'test'];
    case 'yarn-berry':
      return [...argv, 'workspaces', 'foreach', '--all', 'run', 'test'];
    case 'bun':
      return [...argv, 'run', '--filter', '*', 'test'];
  }
}
