/** The walls, as bubblewrap's arguments: an allow-list root, no network, no privileges. */
import { lstat, readlink } from 'node:fs/promises';
import {
  type Limits,
  SANDBOX_HOME,
  SANDBOX_WORK,
  type SandboxSpec,
} from '../../engine/ports/sandbox.ts';

/** Readable by everyone on any host, and needed by what runs inside. */
const ETC = [
  ...['ld.so.cache', 'alternatives', 'localtime', 'ssl/certs', 'ssl/openssl.cnf'],
  ...['pki/tls/certs', 'pki/ca-trust/extracted'],
];

/** Synthetic: the host's users are nobody's business. */
const FILES: Record<string, string> = {
  '/etc/passwd':
    'agent:x:1000:1000:agent:/home/agent:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  '/etc/group': 'agent:x:1000:\nnogroup:x:65534:\n',
  '/etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};

export type BwrapArguments = {
  /** For `bwrap --args`: kept out of argv, where any user of the host could read it. */
  args: string[];
  /** Contents to pass by descriptor, in the order of `descriptor` calls. */
  data: string[];
};

/** Bubblewrap's arguments for a spec whose outside paths are `staged`. */
export async function bwrapArguments(
  spec: Pick<SandboxSpec, 'env' | 'homeFiles' | 'readOnly' | 'limits'>,
  staged: {
    workTree: string;
    /** Whether the work tree can be bound read-write although `readOnly` (a throwaway layer). */
    throwaway: boolean;
    binds: { from: string; to: string }[];
    home: { from: string; to: string } | null;
    gateway: string | null;
  },
  descriptors: { seccomp: number; info: number; firstData: number },
): Promise<BwrapArguments> {
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
    ...(await systemFolders()),
    ...ETC.flatMap(name => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...Object.entries(FILES).flatMap(([path, text]) => ['--ro-bind-data', descriptor(text), path]),
    ...['--proc', '/proc', '--dev', '/dev', ...tmpfs('/dev/shm', limits), '--remount-ro', '/dev'],
    ...[...tmpfs('/tmp', limits), ...tmpfs(SANDBOX_HOME, limits)],
    ...(staged.home === null
      ? []
      : ['--bind', staged.home.from, `${SANDBOX_HOME}/${below(staged.home.to)}`]),
    ...homeFiles(spec.homeFiles).flatMap(([path, text]) => [
      // Executable: hooks of agents are among them.
      ...['--perms', '0700', '--file', descriptor(text), `${SANDBOX_HOME}/${path}`],
    ]),
    spec.readOnly && !staged.throwaway ? '--ro-bind' : '--bind',
    ...[staged.workTree, SANDBOX_WORK, '--chdir', SANDBOX_WORK],
    ...staged.binds.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...(staged.gateway === null ? [] : ['--ro-bind', staged.gateway, '/run/gw']),
    // The root itself is a tmpfs of no size: nothing may be written there.
    ...['--remount-ro', '/'],
  ];
  const broken = args.find(arg => arg.includes('\0'));
  if (broken !== undefined)
    throw new Error('An environment variable, path or file name for the sandbox has a NUL byte.');
  return { args, data };
}

const tmpfs = (path: string, { tmpBytes }: Limits) => ['--size', String(tmpBytes), '--tmpfs', path];

/** `/usr`, and `/bin`, `/lib` … as the host has them: links into `/usr`, or folders. */
async function systemFolders(): Promise<string[]> {
  const args = ['--ro-bind', '/usr', '/usr'];
  for (const path of ['/bin', '/sbin', '/lib', '/lib32', '/lib64']) {
    const found = await lstat(path).catch(() => null);
    if (found?.isSymbolicLink()) args.push('--symlink', await readlink(path), path);
    else if (found?.isDirectory()) args.push('--ro-bind', path, path);
  }
  return args;
}

function homeFiles(files: Record<string, string>): [string, string][] {
  return Object.entries(files).map(([path, text]) => [below(path), text]);
}

function below(path: string): string {
  if (path.split('/').some(part => part === '' || part === '.' || part === '..'))
    throw new Error(
      `The home file ${JSON.stringify(path)} must be a path below the home, such as ".config/tool.json".`,
    );
  return path;
}
