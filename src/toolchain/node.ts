/** package.json: npm, pnpm, yarn or bun, and the scripts that a person wrote. */
import { z } from 'zod';
import { commandText } from '../core/command-line.ts';
import { nameMatches } from '../core/paths/file-name.ts';
import { isAside } from './known-files.ts';
import { isPlaceholder } from './placeholder.ts';
import type { DetectedCommand, DetectedLanguage, Project } from './project.ts';
import { isMember, MemberPatterns } from './workspace-members.ts';

const Manifest = z.looseObject({
  packageManager: z.string().optional().catch(undefined),
  devEngines: z.unknown().optional(),
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
  const manager = managerOf(project, manifest);
  const commands = [
    { name: 'install' as const, argv: installOf(manager), because: manager.because },
    ...scriptCommand(manager, manifest, 'lint'),
    ...testCommand(project, manager, manifest),
  ];
  return { language: 'Node', ecosystem: 'npm', manifests: ['package.json'], commands };
}

function readManifest(text: string): Manifest {
  try {
    return Manifest.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

/** `packageManager` decides; without it the lockfile does, the folder's own or one above it. */
function managerOf(project: Project, manifest: Manifest): Manager {
  const locks = LOCKS.filter(([, file]) => project.has(file) || project.above(file) !== null);
  const wanted = wantedManager(manifest);
  const named = /^(npm|pnpm|yarn|bun)(?:@\D{0,2}(\d+))?/.exec(wanted?.text ?? '');
  const name = named?.[1] ?? locks[0]?.[0] ?? 'npm';
  const lock = locks.find(([manager]) => manager === name)?.[1] ?? null;
  const found =
    lock !== null
      ? `${lock} is there${locks.length > 1 ? `, beside ${locks[1]?.[1]}` : ''}`
      : 'package.json is there, without a lockfile';
  const because = named
    ? `\`${wanted?.key}\` in package.json names ${named[0]}`
    : wanted
      ? `${found}; \`${wanted.key}\` in package.json names ${wanted.text.slice(0, 40)}, which is not known`
      : found;
  if (name !== 'yarn') return { name: nameOf(name), argv: [name], lock, because };
  const brought = broughtYarn(project);
  const isBerry =
    named?.[2] !== undefined
      ? Number(named[2]) >= 2
      : project.has('.yarnrc.yml') || /^__metadata:/m.test(project.text('yarn.lock'));
  return {
    name: isBerry ? 'yarn-berry' : 'yarn',
    argv: brought === null ? ['yarn'] : ['node', brought],
    lock,
    because,
  };
}

const DevEngine = z.looseObject({ name: z.string(), version: z.string().optional() });
const DevEngines = z.looseObject({
  // Of several, npm takes the first that fits.
  packageManager: z.union([DevEngine, z.array(DevEngine).transform(([first]) => first)]).optional(),
});

/** The manager that the manifest asks for by name, and the key that names it. */
function wantedManager(manifest: Manifest): { key: string; text: string } | null {
  if (manifest.packageManager) return { key: 'packageManager', text: manifest.packageManager };
  const wanted = DevEngines.safeParse(manifest.devEngines).data?.packageManager;
  if (!wanted) return null;
  const text = wanted.version ? `${wanted.name}@${wanted.version}` : wanted.name;
  return { key: 'devEngines', text };
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

const scriptOf = (manifest: Manifest, name: string): string => {
  const script = manifest.scripts?.[name];
  return typeof script === 'string' ? script.trim() : '';
};

/** A script that does nothing but start another one of the same manifest. */
const ONLY_STARTS =
  /^(?:(?:npm|pnpm|bun)\s+(?:run|run-script)|npm|yarn(?:\s+run)?|pnpm)\s+([\w:.-]{1,100})$/;
const MOST_FOLLOWED = 5;

/** What a script comes down to, where it only starts another one. */
function followed(manifest: Manifest, name: string): string {
  let script = scriptOf(manifest, name);
  for (let times = 0; times < MOST_FOLLOWED; times++) {
    const next = ONLY_STARTS.exec(script)?.[1];
    if (next === undefined || typeof manifest.scripts?.[next] !== 'string') return script;
    script = scriptOf(manifest, next);
  }
  return script;
}

function scriptCommand(
  { argv, name: manager }: Manager,
  manifest: Manifest,
  name: 'lint' | 'test',
): DetectedCommand[] {
  if (isPlaceholder(followed(manifest, name))) return [];
  const short = name === 'test' && manager !== 'bun';
  const because = `package.json has the script "${name}"`;
  return [{ name, argv: [...argv, ...(short ? [name] : ['run', name])], because }];
}

/** Names of what makes the files that tests of a library, or of other packages of a workspace, import. */
const BUILDS =
  /\b(?:build|compile|tsc|tsup|tsdown|rollup|webpack|esbuild|babel|swc|vite|unbuild|microbundle|parcel|gulp|grunt|turbo|lerna)\b/;

/** Scripts that an install of the repository itself runs. Yarn's later versions run no `prepare`. */
const ofInstall = ({ name }: Manager): string[] =>
  name === 'yarn-berry' ? ['postinstall'] : ['postinstall', 'prepare'];

/**
 * What an install builds is the build of the sources that were installed, and not of those that are
 * tested. So it is built again, as each install of a CI does.
 */
function builtFirst(manager: Manager, manifest: Manifest, test: DetectedCommand): DetectedCommand {
  const builds = (name: string) => BUILDS.test(followed(manifest, name));
  const built = ofInstall(manager).filter(builds);
  if (built.length === 0 || builds('pretest') || builds('test')) return test;
  const all = [...built.map(name => [...manager.argv, 'run', name]), test.argv];
  return {
    ...test,
    argv: ['sh', '-c', all.map(commandText).join(' && ')],
    because: `${test.because}, and "${built.join('" and "')}" for what it tests`,
  };
}

const TESTED_BY_BUN = ['ts', 'tsx', 'js', 'jsx'].flatMap(ending =>
  ['.test', '_test', '.spec', '_spec'].map(name => `*${name}.${ending}`),
);

function testCommand(project: Project, manager: Manager, manifest: Manifest): DetectedCommand[] {
  const [own] = scriptCommand(manager, manifest, 'test');
  if (own) return [builtFirst(manager, manifest, own)];
  const members = testedMembers(project, manifest);
  if (members.length > 0) {
    const because = `the workspace's ${members[0]} has the script "test"`;
    const test = { name: 'test' as const, argv: testOfMembers(manager, members), because };
    return [builtFirst(manager, manifest, test)];
  }
  const tests = project.below.find(path => nameMatches(path, TESTED_BY_BUN));
  if (manager.name !== 'bun' || tests === undefined) return [];
  return [{ name: 'test', argv: ['bun', 'test'], because: `${tests} is there, and bun tests it` }];
}

/** Scripts that test by another name. */
export function testScripts(project: Project): string[] {
  const manifest = readManifest(project.text('package.json'));
  return Object.keys(manifest.scripts ?? {})
    .filter(name => /^(?:test|tests|unit|jest|vitest|mocha|spec)(?:[:_.-]|$)/.test(name))
    .filter(name => !isPlaceholder(followed(manifest, name)));
}

/** The manifests of the members of a workspace that have tests. */
function testedMembers(project: Project, manifest: Manifest): string[] {
  if (!manifest.workspaces && !project.has('pnpm-workspace.yaml')) return [];
  const patterns = MemberPatterns.safeParse(manifest.workspaces).data ?? [];
  return project.below.filter(
    path =>
      path.endsWith('/package.json') &&
      isMember(path.slice(0, -'/package.json'.length), patterns) &&
      !isAside(path.slice(0, -'/package.json'.length)) &&
      !isPlaceholder(followed(readManifest(project.text(path)), 'test')),
  );
}

/** Yarn 1 would fail at the first member without the script, so it is started in those that have one. */
const EACH_MEMBER = 'for member; do yarn --cwd "$member" run test || exit; done';

function testOfMembers({ name, argv }: Manager, members: readonly string[]): string[] {
  switch (name) {
    case 'npm':
      return [...argv, 'test', '--workspaces', '--if-present'];
    case 'pnpm':
      return [...argv, '--recursive', '--if-present', 'run', 'test'];
    case 'yarn':
      return [
        ...['sh', '-c', EACH_MEMBER, 'sh'],
        // A folder that begins like an option is none.
        ...members.map(member => `./${member.slice(0, -'/package.json'.length)}`),
      ];
    case 'yarn-berry':
      return [...argv, 'workspaces', 'foreach', '--all', 'run', 'test'];
    case 'bun':
      return [...argv, 'run', '--filter', '*', 'test'];
  }
}
