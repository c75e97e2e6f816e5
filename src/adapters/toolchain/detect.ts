/** What the repositories' own commands run with: Node and npm as the operator has them, read-only. */
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { npmRegistryEnv } from '../../core/ecosystem.ts';

export type HostToolchain = {
  binds: { from: string; to: string }[];
  path: string;
  /** Where a program is that a sandbox sees; `null`: nowhere that it sees. */
  findProgram(name: string): Promise<string | null>;
  /** npm as it is configured here: its registry's host, and its settings without any credential. */
  npm: { hosts: string[]; env: Record<string, string> };
};

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';
/** Visible in every sandbox already. */
const SYSTEM = ['/usr/', '/etc/ssl/'];

/** `folders` are the operator's own toolchains, each with its programs in `bin`. */
export async function detectToolchain(
  env: Record<string, string | undefined>,
  folders: string[],
): Promise<HostToolchain> {
  const searched = env.PATH ?? SYSTEM_PATH;
  const npm = await findNpm(searched);
  const prefixes = npm ? [npm.prefix, ...(await prefixOfNode(npm.prefix, searched))] : [];
  const parts = (await Promise.all(prefixes.map(partsOf))).flat();
  const bound = [...folders, ...parts].filter(folder => !`${folder}/`.startsWith('/usr/'));
  const binds = bound.map(folder => ({ from: folder, to: folder }));
  const programs = [...folders, ...prefixes].map(folder => join(folder, 'bin'));
  const own = programs.filter(folder => !folder.startsWith('/usr/'));
  const path = [...own, SYSTEM_PATH].join(delimiter);
  return {
    binds,
    path,
    findProgram: name => findProgram(name, path, [...SYSTEM, ...bound.map(each => `${each}/`)]),
    npm: npm ? await npmSettings(npm.program, env) : { hosts: [], env: {} },
  };
}

/** Only what a sandbox sees counts: a link in `/usr/local/bin` may lead to somebody's home. */
async function findProgram(name: string, path: string, visible: string[]): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, name);
    if (!(await isExecutable(program))) continue;
    const real = await realpath(program);
    if (visible.some(each => real.startsWith(each))) return program;
  }
  return null;
}

/** Where npm installs programs. Its prefix may be `~/.local`, in which much else is kept. */
async function partsOf(prefix: string): Promise<string[]> {
  const parts = ['bin', 'lib/node_modules', 'include'].map(part => join(prefix, part));
  const found = await Promise.all(parts.map(part => stat(part).catch(() => null)));
  return parts.filter((_, at) => found[at]?.isDirectory());
}

/** Where Node is that an npm runs with which was installed into a prefix of its own, such as `~/.npm-global`. */
async function prefixOfNode(ofNpm: string, path: string): Promise<string[]> {
  if (await isExecutable(join(ofNpm, 'bin/node'))) return [];
  for (const folder of foldersIn(path)) {
    const program = join(folder, 'node');
    if (!(await isExecutable(program))) continue;
    const bin = dirname(await realpath(program));
    return basename(bin) === 'bin' ? [dirname(bin)] : [];
  }
  return [];
}

/** Without those of a project's own programs. */
const foldersIn = (path: string): string[] =>
  path.split(delimiter).filter(folder => folder !== '' && !folder.endsWith('node_modules/.bin'));

/** The npm that came with a Node. */
async function findNpm(path: string): Promise<{ program: string; prefix: string } | null> {
  for (const folder of foldersIn(path)) {
    const program = join(folder, 'npm');
    if (!(await isExecutable(program))) continue;
    const script = await realpath(program);
    const marker = script.indexOf('/lib/node_modules/npm/');
    // `/bin` may be a link to `/usr/bin`.
    const prefix = marker < 0 ? dirname(await realpath(folder)) : script.slice(0, marker);
    return { program, prefix };
  }
  return null;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** A variable decides before every file of settings; `null`: npm is to be asked, which takes it half a second. */
function givenRegistry(env: Record<string, string | undefined>): string | null {
  const [given = '', ...more] = [env.npm_config_registry, env.NPM_CONFIG_REGISTRY].filter(Boolean);
  return more.length === 0 && /^https?:\/\/[^$]+$/.test(given) && URL.canParse(given)
    ? given
    : null;
}

async function askNpm(npm: string, env: Record<string, string | undefined>): Promise<string> {
  const own = Object.fromEntries(
    ['PATH', 'HOME', 'npm_config_registry', 'NPM_CONFIG_REGISTRY', 'npm_config_userconfig']
      .map(name => [name, env[name]] as const)
      .filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { stdout } = await execa(npm, ['config', 'get', 'registry'], {
    env: own,
    extendEnv: false,
    cwd: '/',
  });
  return stdout.trim().split('\n').at(-1) ?? '';
}

async function npmSettings(
  npm: string,
  env: Record<string, string | undefined>,
): Promise<HostToolchain['npm']> {
  const registry = new URL(givenRegistry(env) ?? (await askNpm(npm, env)));
  // A credential in the URL stays with us.
  registry.username = '';
  registry.password = '';
  const port = registry.port || (registry.protocol === 'http:' ? '80' : '443');
  const certificates = env.NODE_EXTRA_CA_CERTS;
  const visible = SYSTEM.some(folder => certificates?.startsWith(folder));
  return {
    hosts: [`${registry.hostname}:${port}`],
    env: {
      ...npmRegistryEnv(registry.href),
      npm_config_cache: '/tmp/npm-cache',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      ...(certificates && visible ? { NODE_EXTRA_CA_CERTS: certificates } : {}),
    },
  };
}
