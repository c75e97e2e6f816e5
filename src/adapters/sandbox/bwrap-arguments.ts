/**
 * Bubblewrap's arguments for one sandbox: a root file system by allow-list, no network and no
 * privileges.
 */
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Limits,
  SANDBOX_HOME,
  SANDBOX_WORK,
  type SandboxSpec,
} from '../../engine/ports/sandbox.ts';

/** Files of `/etc` that programs inside need, as patterns; every user of a host may read them anyway. */
const ETC = [
  ...['ld.so.cache', 'alternatives', 'localtime', 'ssl/certs', 'ssl/openssl.cnf'],
  ...['pki/tls/certs', 'pki/ca-trust/extracted'],
  // Where Debian keeps what these programs need to start at all. Maven's settings.xml is not among
  // them, because operators keep passwords in it.
  ...['java-*-openjdk', 'maven/m2.conf', 'maven/logging'],
  ...['php/*/cli/conf.d', 'php/*/mods-available', 'php.d'],
];

/** Files of `/etc` with content of our own, so that the host's users and names stay unknown. */
export const OWN_FILES: readonly [path: string, text: string][] = [
  [
    '/etc/passwd',
    'agent:x:1000:1000:agent:/home/agent:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  ],
  ['/etc/group', 'agent:x:1000:\nnogroup:x:65534:\n'],
  ['/etc/hosts', '127.0.0.1 localhost\n::1 localhost\n'],
  ['/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files\n'],
];

type BwrapArguments = {
  /** Arguments for `bwrap --args`; any user of the host could read them in argv. */
  args: string[];
  /** File contents that bubblewrap reads from descriptors, from `descriptors.firstData` on. */
  data: string[];
};

/** The arguments for a spec whose host paths were mounted for bubblewrap at the paths in `mounted`. */
export function bwrapArguments(
  spec: Pick<SandboxSpec, 'env' | 'homeFiles' | 'readOnly' | 'limits' | 'directory'>,
  mounted: {
    workTree: string;
    /** Whether writes go to a layer that is discarded: then a read-only tree is bound writable. */
    throwaway: boolean;
    binds: { from: string; to: string }[];
    home: { from: string; to: string } | null;
    /** What is covered below the work tree, each by an empty folder or file of ours. */
    masks: { from: string; path: string }[];
    gateway: string | null;
  },
  descriptors: { seccomp: number; info: number; firstData: number },
): BwrapArguments {
  const { limits } = spec;
  const data: string[] = [];
  const descriptor = (content: string) => String(descriptors.firstData + data.push(content) - 1);
  const args = [
    ...['--unshare-user', '--unshare-net', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
    ...['--unshare-cgroup-try', '--disable-userns', '--uid', '1000', '--gid', '1000'],
    ...['--hostname', 'gatehouse', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--seccomp', String(descriptors.seccomp), '--info-fd', String(descriptors.info)],
    '--clearenv',
    ...Object.entries({ ...spec.env, HOME: SANDBOX_HOME }).flatMap(([k, v]) => ['--setenv', k, v]),
    ...systemFolders(),
    ...ETC.flatMap(settingsFiles).flatMap(path => ['--ro-bind-try', path, path]),
    ...OWN_FILES.flatMap(([path, text]) => ['--ro-bind-data', descriptor(text), path]),
    ...['--proc', '/proc', '--dev', '/dev', ...tmpfs('/dev/shm', limits), '--remount-ro', '/dev'],
    ...[...tmpfs('/tmp', limits), ...tmpfs(SANDBOX_HOME, limits)],
    ...(mounted.home === null
      ? []
      : ['--bind', mounted.home.from, `${SANDBOX_HOME}/${assertBelowHome(mounted.home.to)}`]),
    ...homeFiles(spec.homeFiles).flatMap(([path, text]) => [
      // The files are executable, because hooks of agents are among them.
      ...['--perms', '0700', '--file', descriptor(text), `${SANDBOX_HOME}/${path}`],
    ]),
    spec.readOnly && !mounted.throwaway ? '--ro-bind' : '--bind',
    ...[mounted.workTree, SANDBOX_WORK],
    ...['--chdir', join(SANDBOX_WORK, spec.directory)],
    ...mounted.binds.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...mounted.masks.flatMap(({ from, path }) => ['--ro-bind', from, join(SANDBOX_WORK, path)]),
    ...(mounted.gateway === null ? [] : ['--ro-bind', mounted.gateway, '/run/gw']),
    // The root itself is a tmpfs without a size limit, so nothing may be written to it.
    ...['--remount-ro', '/'],
  ];
  if (args.some(arg => arg.includes('\0')))
    throw new Error(
      'An environment variable, path or file name for the sandbox contains a NUL byte: remove it.',
    );
  return { args, data };
}

const tmpfs = (path: string, { tmpBytes }: Limits) => ['--size', String(tmpBytes), '--tmpfs', path];

/**
 * `/usr`, and `/bin`, `/lib` and the like as links into `/usr` or as folders, as on the host. Each start
 * looks anew, without Node's threads: they take longer than the kernel.
 */
function systemFolders(): string[] {
  const args = ['--ro-bind', '/usr', '/usr'];
  for (const path of ['/bin', '/sbin', '/lib', '/lib32', '/lib64']) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) args.push('--symlink', readlinkSync(path), path);
    else if (found?.isDirectory()) args.push('--ro-bind', path, path);
  }
  return args;
}

/** What there is of a pattern. Node's own `glob` takes 2 ms for them all, a third of what a sandbox costs Node. */
function settingsFiles(pattern: string): string[] {
  let found = ['/etc'];
  for (const part of pattern.split('/'))
    found = found.flatMap(folder => namesIn(folder, part).map(name => join(folder, name)));
  return found;
}

/** The names in a folder that a part of a pattern means; a star in it stands for anything. */
function namesIn(folder: string, part: string): string[] {
  const [before = '', after] = part.split('*');
  if (after === undefined) return existsSync(join(folder, part)) ? [part] : [];
  try {
    return readdirSync(folder).filter(name => name.startsWith(before) && name.endsWith(after));
  } catch {
    // It is not there, or may not be read: then nothing inside may read it either.
    return [];
  }
}

function homeFiles(files: Record<string, string>): [string, string][] {
  return Object.entries(files).map(([path, text]) => [assertBelowHome(path), text]);
}

function assertBelowHome(path: string): string {
  if (path.split('/').some(part => part === '' || part === '.' || part === '..'))
    throw new Error(
      `The home file ${JSON.stringify(path)} must be a path below the home, such as ".config/tool.json".`,
    );
  return path;
}
