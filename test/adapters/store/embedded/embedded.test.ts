import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../../src/adapters/store/embedded/embedded.ts';
import { HANGS_MS } from '../../../demo/until.ts';

const HOLDER = fileURLToPath(new URL('../holder.ts', import.meta.url));
const NOBODY = 65_534;

/** One data folder for all tests; each test leaves it without a server. */
let stateDir: string;
const folders: string[] = [];
const holders: ChildProcess[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-embedded-'));
  folders.push(folder);
  return folder;
}

beforeAll(async () => {
  stateDir = await newFolder();
});
afterEach(async () => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  for (const folder of folders) await until(async () => (await serverPid(folder)) === null);
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

type Holder = {
  process: ChildProcess;
  printed: { messages: string[]; url: string; ms: number };
  stop(): Promise<unknown>;
};

/** Starts another process with the same state folder, through the command `prefix`. */
async function hold(dir = stateDir, prefix: string[] = []): Promise<Holder> {
  const [file = '', ...args] = [...prefix, process.execPath, HOLDER, dir];
  const env = { PATH: process.env.PATH, GATEHOUSE_WEBHOOK_SECRET: 'hush' };
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  holders.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  const ended = once(child, 'exit');
  const stop = () => {
    child.stdin.end();
    return ended;
  };
  return { process: child, printed: JSON.parse(line), stop };
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

async function serverPid(dir = stateDir): Promise<number | null> {
  const file = await readFile(join(dir, 'postgres/data/postmaster.pid'), 'utf8').catch(() => null);
  return file === null ? null : Number.parseInt(file, 10);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + HANGS_MS; !(await condition()); await sleep(10))
    if (Date.now() > end) throw new Error('the condition was not met');
}

const serverLog = (dir = stateDir) => readFile(join(dir, 'postgres/server.log'), 'utf8');

describe('one process', () => {
  test('starts it, keeps its data, and stops it', async () => {
    const first = await startEmbeddedPostgres({ stateDir });
    await ask(first.url, "CREATE TABLE kept AS SELECT 'here' AS what");
    expect((await stat(join(stateDir, 'postgres/socket'))).mode & 0o777).toBe(0o700);
    await first.stop();
    await first.stop();
    expect(await serverPid()).toBeNull();
    await expect(ask(first.url, 'SELECT 1')).rejects.toThrow('ENOENT');

    const second = await startEmbeddedPostgres({ stateDir });
    expect(await ask(second.url, 'SELECT what FROM kept')).toEqual(['here']);
    expect(await ask(second.url, 'SHOW listen_addresses')).toEqual(['']);
    expect(await ask(second.url, 'SHOW fsync')).toEqual(['on']);
    await second.stop();
  });

  test('the server sees nothing of our environment', async () => {
    const { stop } = await hold();
    const environ = await readFile(`/proc/${await serverPid()}/environ`, 'utf8');
    expect(environ).toContain('PATH=');
    expect(environ).not.toContain('hush');
    await stop();
  });

  test('a path that is long for a socket', async () => {
    const dir = join(await newFolder(), 'x'.repeat(120), 'y'.repeat(120));
    await mkdir(dir, { recursive: true });
    const server = await startEmbeddedPostgres({ stateDir: dir });
    const other = await hold(dir);
    expect(other.printed.messages[0]).toMatch(/^attached/);
    expect(await ask(other.printed.url, 'SELECT 1')).toEqual([1]);
    await other.stop();
    const folder = new URL(server.url).searchParams.get('host') ?? '';
    expect(Buffer.byteLength(`${folder}/.s.PGSQL.5432`)).toBeLessThanOrEqual(100);
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test('a socket folder that others may enter is refused', async () => {
    const dir = await newFolder();
    const socket = join(dir, 'postgres/socket');
    await mkdir(socket, { recursive: true });
    await chmod(socket, 0o755);
    await expect(startEmbeddedPostgres({ stateDir: dir })).rejects.toThrow(
      `${socket} is not a folder of this user with mode 0700: remove it`,
    );
  });

  test('a server that cannot start says why', async () => {
    const version = join(stateDir, 'postgres/data/PG_VERSION');
    await writeFile(version, '12\n');
    await expect(startEmbeddedPostgres({ stateDir })).rejects.toThrow(
      /PostgreSQL did not start:.*database files are incompatible with server/s,
    );
    await writeFile(version, '18\n');
  });

  test('what it needs to run is named where it is missing', async () => {
    const child = spawn(process.execPath, [HOLDER, await newFolder()], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { PATH: '/nowhere' },
    });
    let printed = '';
    child.stderr.on('data', chunk => {
      printed += chunk;
    });
    expect((await once(child, 'close'))[0]).toBe(1);
    expect(printed).toMatch(/PostgreSQL could not create its data folder .*install .*util-linux/s);
    expect(printed).toContain('or set DATABASE_URL');
  });

  test('as an ordinary user', async () => {
    // Root becomes one; everybody else is one.
    const root = process.getuid?.() === 0;
    const ids = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    const dir = await newFolder();
    if (root) await chown(dir, NOBODY, NOBODY);
    const { printed, stop } = await hold(dir, root ? ['setpriv', ...ids, '--'] : []);
    expect(await ask(printed.url, 'SELECT 1')).toEqual([1]);
    const owner = (await stat(`/proc/${await serverPid(dir)}`)).uid;
    expect(owner).toBe(root ? NOBODY : process.getuid?.());
    await stop();
    expect(await serverLog(dir)).toMatch(/database system is shut down\n$/);
  });
});

describe('accidents', () => {
  test('its process is killed: the server shuts down cleanly, and the next start is quick', async () => {
    const { process: holder, printed } = await hold();
    await ask(printed.url, 'CREATE TABLE many AS SELECT generate_series(1, 1000) AS n');
    const pid = await serverPid();
    holder.kill('SIGKILL');
    await until(async () => (await serverPid()) === null);
    await until(async () => !(await stat(`/proc/${pid}`).catch(() => null)));
    expect(await serverLog()).toMatch(/database system is shut down\n$/);
    const next = await hold();
    expect(next.printed.ms).toBeLessThan(2_000);
    expect(await ask(next.printed.url, 'SELECT count(*)::int FROM many')).toEqual([1_000]);
    await next.stop();
  });

  test('the server itself is killed: it is started again, with what was committed', async () => {
    const server = await startEmbeddedPostgres({ stateDir });
    await ask(server.url, 'CREATE TABLE committed AS SELECT 1 AS n');
    process.kill((await serverPid()) ?? 0, 'SIGKILL');
    await until(
      async () => (await ask(server.url, 'SELECT n FROM committed').catch(() => [])).length === 1,
    );
    await server.stop();
  });

  test('stopping while it is being started again leaves no server', async () => {
    const server = await startEmbeddedPostgres({ stateDir });
    process.kill((await serverPid()) ?? 0, 'SIGKILL');
    await sleep(100);
    await server.stop();
    await until(async () => (await ask(server.url, 'SELECT 1').catch(() => [])).length === 0);
    const pid = await serverPid();
    expect(pid === null || !(await stat(`/proc/${pid}`).catch(() => null))).toBe(true);
    await rm(join(stateDir, 'postgres/data/postmaster.pid'), { force: true });
  });

  test('a pid file whose number belongs to somebody else by now', async () => {
    const stale = `${process.pid}\n${stateDir}/postgres/data\n1\n5432\n\n\n\n\n`;
    await writeFile(join(stateDir, 'postgres/data/postmaster.pid'), stale);
    const next = await startEmbeddedPostgres({ stateDir });
    expect(await ask(next.url, 'SELECT 1')).toEqual([1]);
    await next.stop();
  });
});

describe('several commands', () => {
  const command = () => startEmbeddedPostgres({ stateDir, brief: true });

  test('the one that started the server ends it once no other uses it', async () => {
    const first = await command();
    const second = await command();
    const asked = ask(second.url, 'SELECT 1 FROM pg_sleep(1)');
    await until(async () => (await ask(second.url, ASLEEP)).length === 1);
    const stopped = first.stop();
    // One that came before the first waits would be waited for as well.
    await until(async () => (await ask(second.url, WAITING)).length === 1);
    // One that comes meanwhile waits for the end, and starts a server of its own.
    const third = command();
    expect(await asked).toEqual([1]);
    expect(await ask(second.url, 'SELECT 2')).toEqual([2]);
    await second.stop();
    await stopped;
    const last = await third;
    expect(await ask(last.url, 'SELECT 3')).toEqual([3]);
    await last.stop();
    expect(await serverPid()).toBeNull();
  });

  test('many at once all have their answers', async () => {
    const answers = Array.from({ length: 6 }, async (_, n) => {
      const { url, stop } = await command();
      const answer = await ask(url, `SELECT ${n}`);
      await stop();
      return answer;
    });
    expect((await Promise.all(answers)).flat()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

const WAITING = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
const ASLEEP =
  "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1)' AND state = 'active'";

describe('several processes', () => {
  test('two at once on an empty folder share one server and leave no half-made data', async () => {
    const dir = await newFolder();
    const left = join(dir, 'postgres/data.999999999.part');
    await mkdir(left, { recursive: true });
    await writeFile(join(left, 'PG_VERSION'), '18\n');
    const both = await Promise.all([hold(dir), hold(dir)]);
    const attachedOrStarted = both.map(({ printed }) => printed.messages[0]?.split(' ')[0]).sort();
    expect(attachedOrStarted).toEqual(['attached', 'started']);
    const [one, two] = both;
    await ask(one.printed.url, 'CREATE TABLE shared (n int)');
    expect(await ask(two.printed.url, 'SELECT n FROM shared')).toEqual([]);
    const entries = (await readdir(join(dir, 'postgres'))).sort();
    expect(entries).toEqual(['data', 'server.log', 'socket']);
    await Promise.all(both.map(({ stop }) => stop()));
    expect(await serverPid(dir)).toBeNull();
  });

  test('who attached stops nothing; when the starter goes, who stays starts it again', async () => {
    const server = await startEmbeddedPostgres({ stateDir });
    const staying = await hold();
    const passing = await hold();
    await passing.stop();
    expect(await ask(server.url, 'SELECT 1')).toEqual([1]);
    const before = await serverPid();
    await server.stop();
    await until(async () => (await ask(server.url, 'SELECT 1').catch(() => [])).length === 1);
    expect(await serverPid()).not.toBe(before);
    await staying.stop();
    expect(await serverPid()).toBeNull();
  });
});
