/** The bootstrap as people start it: a real process on a small project of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const here = resolve(import.meta.dirname, '../..');
let project: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'gatehouse-boot-'));
  await cp(join(here, 'src/boot.cjs'), join(project, 'src/boot.cjs'));
  await cp(join(here, 'src/boot'), join(project, 'src/boot'), { recursive: true });
  const lock = { name: 'tiny', version: '1.0.0', lockfileVersion: 3, packages: {} };
  await put('package.json', JSON.stringify({ name: 'tiny', version: '1.0.0', type: 'module' }));
  await put('package-lock.json', JSON.stringify(lock));
  await put('node_modules/.package-lock.json', JSON.stringify(lock));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(project, { recursive: true, force: true });
});

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), content);
}

function boot(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(project, 'src/boot.cjs'), ...args], {
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', chunk => (said.stdout += chunk));
  child.stderr.on('data', chunk => (said.stderr += chunk));
  const line = () => once(child.stdout, 'data').then(([chunk]) => String(chunk).trim());
  const end = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  return { child, line, end };
}

/** Resolves once the process is gone; the test's own time-out is the bound. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone Z');
    if (/^\S+ Z|\) Z/.test(state)) return;
    await new Promise(done => setTimeout(done, 10));
  }
}

describe('with everything in place', () => {
  it('runs the named file with its arguments, from any folder, and prints nothing of its own', async () => {
    await put(
      'test/demo/main.ts',
      'const a: string[] = process.argv.slice(2); console.log(a.join());',
    );
    expect(await boot(['test/demo/main.ts', '--exit', 'x y']).end).toEqual({
      code: 0,
      signal: null,
      stdout: '--exit,x y\n',
      stderr: '',
    });
  });

  it('runs src/main.ts where the first argument is a command', async () => {
    await put('src/main.ts', 'console.log("main", ...process.argv.slice(2));');
    expect((await boot(['serve', '--help']).end).stdout).toBe('main serve --help\n');
  });

  it('puts our tools first on PATH', async () => {
    await put('src/main.ts', 'console.log(process.env.PATH?.split(":").slice(0, 2).join());');
    expect((await boot([]).end).stdout.trim()).toBe(
      `${join(project, 'node_modules/.bin')},${join(project, '.gatehouse/tools/usr/bin')}`,
    );
  });

  it('ends as the program ends: by code or by signal', async () => {
    await put('src/main.ts', 'process.exit(Number(process.argv[2]));');
    expect((await boot(['7']).end).code).toBe(7);
    await put('src/main.ts', 'process.kill(process.pid, "SIGKILL");');
    expect((await boot([]).end).signal).toBe('SIGKILL');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on and lets the program finish',
    async signal => {
      await put(
        'src/main.ts',
        `process.once(${JSON.stringify(signal)}, () => { console.log("bye"); process.exit(3); });
       setInterval(() => {}, 1000); console.log("up");`,
      );
      const run = boot([]);
      expect(await run.line()).toBe('up');
      run.child.kill(signal);
      expect(await run.end).toMatchObject({ code: 3, stdout: 'up\nbye\n' });
    },
  );

  it('takes the program with it when it is killed itself', async () => {
    await put('src/main.ts', 'setInterval(() => {}, 1000); console.log(process.pid);');
    const run = boot([]);
    const pid = Number(await run.line());
    run.child.kill('SIGKILL');
    await gone(pid);
  });

  it('ends the program when the npm that started it is gone', async () => {
    await put('src/main.ts', 'setInterval(() => {}, 1000); console.log(process.pid);');
    // The shell takes the place of npm: it is the parent, and forwards nothing to its child.
    const shell = spawn(
      'sh',
      ['-c', '"$0" "$1"; true', process.execPath, join(project, 'src/boot.cjs')],
      {
        env: { ...process.env, npm_lifecycle_event: 'demo' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    started.push(shell);
    const [chunk] = await once(shell.stdout, 'data');
    shell.kill('SIGKILL');
    await gone(Number(String(chunk)));
  });
});

describe('with something missing', () => {
  const lockOf = (packages: object) =>
    JSON.stringify({
      name: 'tiny',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages,
    });
  const own = { name: 'tiny', version: '1.0.0', type: 'module' };

  /** A dependency inside the project, which npm installs without a registry. */
  async function depend(kind: 'dependencies' | 'devDependencies'): Promise<void> {
    const wish = { [kind]: { stone: 'file:./stone' } };
    await put('stone/package.json', JSON.stringify({ name: 'stone', version: '1.0.0' }));
    await put('package.json', JSON.stringify({ ...own, ...wish }));
    const dev = kind === 'devDependencies' ? { dev: true } : {};
    await put(
      'package-lock.json',
      lockOf({
        '': { ...own, ...wish },
        'node_modules/stone': { resolved: 'stone', link: true, ...dev },
        stone: { version: '1.0.0', ...dev },
      }),
    );
  }

  it('installs packages that the lockfile names and npm has not noted', async () => {
    await depend('dependencies');
    await put(
      'src/main.ts',
      'import "stone/package.json" with { type: "json" }; console.log("in");',
    );
    const first = await boot([]).end;
    expect(first.stderr).toMatch(/installing packages/);
    expect(first.stderr).toMatch(/packages installed in \d+ s/);
    expect(first).toMatchObject({ code: 0, stdout: 'in\n' });
    expect((await boot([]).end).stderr).toBe('');
  });

  it('leaves development packages to the tests and the demo', async () => {
    await depend('devDependencies');
    await put('src/main.ts', '');
    await put('test/main.ts', '');
    expect((await boot(['serve']).end).stderr).toBe('');
    expect((await boot(['test/main.ts']).end).stderr).toMatch(/installing packages/);
  });

  it('says what to do where the installation fails twice', async () => {
    await depend('dependencies');
    await put('package.json', JSON.stringify({ ...own, dependencies: { stone: '9' } }));
    const end = await boot([]).end;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/trying once more[\s\S]*`npm ci` failed \(see above\)/);
  });

  it('does the work once where two start together', async () => {
    await depend('dependencies');
    await put('src/main.ts', 'console.log("in");');
    const ends = await Promise.all([boot([]).end, boot([]).end]);
    expect(ends.map(end => end.stdout)).toEqual(['in\n', 'in\n']);
    expect(ends.filter(end => end.stderr.includes('packages installed'))).toHaveLength(1);
  });

  it('is not hindered by what a killed start left', async () => {
    await depend('dependencies');
    await put('src/main.ts', 'console.log("in");');
    const killed = boot([]);
    await once(killed.child.stderr, 'data');
    killed.child.kill('SIGKILL');
    await killed.end;
    expect(await boot([]).end).toMatchObject({ code: 0, stdout: 'in\n' });
  });

  it('generates the database client when its schema is new or changed', async () => {
    await put('prisma/schema.prisma', 'model A {}');
    await put('prisma.config.ts', '');
    await put('node_modules/prisma/package.json', '{"version":"1.0.0"}');
    await put(
      'node_modules/prisma/build/index.js',
      `import * as fs from 'node:fs'; const to = 'src/adapters/store/generated';
       fs.mkdirSync(to, { recursive: true }); fs.appendFileSync(to + '/runs', 'x');`,
    );
    await put('src/main.ts', '');
    const runs = () => readFile(join(project, 'src/adapters/store/generated/runs'), 'utf8');
    expect((await boot([]).end).stderr).toMatch(/generating the database client/);
    expect((await boot([]).end).stderr).toBe('');
    expect(await runs()).toBe('x');
    await put('prisma/schema.prisma', 'model B {}');
    await boot([]).end;
    expect(await runs()).toBe('xx');
  });

  it('refuses a checkout without a lockfile', async () => {
    await rm(join(project, 'package-lock.json'));
    const end = await boot([]).end;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/package-lock\.json is missing or not JSON: restore it from git/);
  });
});

describe('without bubblewrap and socat', () => {
  /** A PATH with only these programs; each is a shell script that records how it was called. */
  async function machine(programs: Record<string, string>): Promise<{ PATH: string }> {
    const bin = join(project, 'bin');
    for (const [name, script] of Object.entries(programs)) {
      await put(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >> ${project}/calls\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
    return { PATH: bin };
  }
  const calls = () =>
    readFile(join(project, 'calls'), 'utf8').then(text => text.trim().split('\n'));
  const make = (program: string) => `/usr/bin/touch ${project}/bin/${program}`;

  beforeEach(() => put('src/main.ts', 'console.log("in");'));

  it.runIf(process.getuid?.() === 0)(
    'installs them as root, refreshing the lists where it must',
    async () => {
      const apt = `case "$*" in *update*) /usr/bin/touch ${project}/fresh;; esac
      test -e ${project}/fresh || exit 100
      case "$*" in *install*) ${make('bwrap')}; ${make('socat')};; esac`;
      const end = await boot([], await machine({ 'apt-get': apt })).end;
      expect(end).toMatchObject({ code: 0, stdout: 'in\n' });
      expect(end.stderr).toBe('gatehouse: installing bubblewrap and socat with apt-get …\n');
      expect((await calls()).map(call => /install|update/.exec(call)?.[0])).toEqual([
        'install',
        'update',
        'install',
      ]);
      expect((await calls())[0]).toMatch(/install -y --no-install-recommends bubblewrap socat$/);
    },
  );

  it('asks only for what is missing', async () => {
    const path = await machine({ bwrap: '', apk: make('socat'), sudo: '"$2" "$3" "$4"' });
    await boot([], path).end;
    expect((await calls()).filter(call => call.startsWith('apk'))).toEqual(['apk add socat']);
  });

  it('says the one command to type where it can do nothing, and goes on', async () => {
    const end = await boot([], await machine({})).end;
    expect(end).toMatchObject({ code: 0, stdout: 'in\n' });
    expect(end.stderr).toMatch(
      /agents need a sandbox, and bubblewrap and socat can't be installed from here\. Run once:\n +sudo <your package manager> install bubblewrap socat\n/,
    );
  });
});

describe('the console', () => {
  const VITE = `import * as fs from 'node:fs'; fs.mkdirSync('dist/console', { recursive: true });
    fs.appendFileSync('dist/console/builds', process.argv.slice(2, 3) + ' ');
    if (fs.readFileSync('src/console/main.tsx', 'utf8') === 'broken') process.exit(1);`;
  const builds = () => readFile(join(project, 'dist/console/builds'), 'utf8').catch(() => '');
  const start = () => boot(['serve']).end;

  beforeEach(async () => {
    await put('vite.config.ts', '');
    await put('src/console/main.tsx', 'one');
    await put('src/main.ts', 'console.log("in");');
  });

  it('is built by the first start of serve, and again where its sources changed', async () => {
    await put('node_modules/vite/bin/vite.js', VITE);
    expect((await boot(['status']).end).stderr).toBe('');
    expect((await start()).stderr).toBe('gatehouse: building the console …\n');
    expect((await start()).stderr).toBe('');
    await put('src/console/main.tsx', 'two');
    expect((await start()).stdout).toBe('in\n');
    expect(await builds()).toBe('build build ');
  });

  it('holds nothing up where it can not be built, and says what to run', async () => {
    const without = await start();
    expect(without).toMatchObject({ code: 0, stdout: 'in\n' });
    expect(without.stderr).toContain('npm install --include=dev && npm run build');
    await put('node_modules/vite/bin/vite.js', VITE);
    await put('src/console/main.tsx', 'broken');
    const broken = await start();
    expect(broken).toMatchObject({ code: 0, stdout: 'in\n' });
    expect(broken.stderr).toContain('the console could not be built');
  });
});
