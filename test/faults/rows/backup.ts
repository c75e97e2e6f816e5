/** The rows in which the database is lost, and restored by the very lines of docs/operations.md. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { PostgresBinaries } from '../../../src/adapters/store/embedded/postgres-binaries.ts';
import { inEnvironment, type RowEnvironment } from './environment.ts';
import type { Gatehouse } from './process.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { approve, asked, label, merged, walk } from './walk.ts';

const root = join(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(root, 'docs/operations.md'), 'utf8');
/** Where Debian has all programs of each version together. */
const VERSIONS = '/usr/lib/postgresql';

/** The commands below this heading: those of the backup, and those that restore it. */
function commandsOf(heading: string): { backup: string[]; restore: string[] } {
  const section = PAGE.split(`\n### ${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';
  const [backup, restore] = section
    .split(/^.*To restore,/m)
    .map(part => [...part.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line));
  if (!backup?.length || !restore?.length) throw new Error(`${heading} has no commands`);
  return { backup, restore };
}

type Operator = {
  env: Record<string, string>;
  /** What `systemctl` does on a real machine. */
  systemctl: { start(): Promise<void>; stop(): Promise<void> };
};

/** Types each line as an operator does. */
async function type(
  { state, home, env: settings }: RowEnvironment,
  lines: string[],
  { env, systemctl }: Operator,
): Promise<void> {
  const gatehouse = `gatehouse() { ${process.execPath} ${join(root, 'src/boot.cjs')} "$@"; }`;
  const options = { cwd: home, env: { ...process.env, ...settings, ...env } };
  for (const line of lines) {
    if (line === 'systemctl stop gatehouse') await systemctl.stop();
    else if (line === 'systemctl start gatehouse') await systemctl.start();
    else {
      const here = line.replaceAll('/var/lib/gatehouse', state);
      await promisify(execFile)('bash', ['-ec', `${gatehouse}\n${here}`], options);
    }
  }
}

/** One task has ended and another one waits for a person; `lose` loses what the backup holds. */
const restored = (
  heading: string,
  lose: (environment: RowEnvironment) => Promise<void>,
  row: Pick<Row, 'where'> & { programs?: PostgresBinaries; env?: Record<string, string> },
): Row => ({
  name: `the database is lost, and restored as operations.md says (${heading})`,
  ...(row.where ? { where: row.where } : {}),
  // Two walks, and eight starts of a command.
  mostS: 300,
  run: setting =>
    inEnvironment(
      row.programs ? { ...setting, programs: row.programs } : setting,
      async environment => {
        const env = { GATEHOUSE_ARTIFACTS: join(environment.state, 'artifacts'), ...row.env };
        const { backup, restore } = commandsOf(heading);
        let serving: Gatehouse | null = null;
        const start = async () => {
          serving ??= await environment.start('serve');
        };
        const stop = async () => {
          await serving?.stop();
          serving = null;
        };
        const operator = { env, systemctl: { start, stop } };
        await start();
        const done = await environment.repository();
        await walk(done);
        const waiting = await environment.repository();
        await label(waiting);
        await asked(waiting);
        await type(environment, backup, operator);
        await stop();
        await environment.github.idle();
        for (const { guid } of environment.github.deliveries()) environment.lost.add(guid);
        await lose(environment);
        await type(environment, restore, operator);
        await start();
        await approve(waiting);
        await merged(waiting);
        await judge(environment, [done, waiting]);
      },
    ),
});

async function loseServer({ postgres, state }: RowEnvironment): Promise<void> {
  const name = new URL(postgres.url).pathname.slice(1);
  const admin = new URL(postgres.url);
  admin.pathname = '/template1';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  for (const folder of ['artifacts', 'workspaces'])
    await rm(join(state, folder), { recursive: true, force: true });
  await mkdir(join(state, 'artifacts'));
}

/** The newest version that has both the server and the programs for its backup. */
function serverWithClients(): { folder: string; programs: PostgresBinaries } | null {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const folder = join(VERSIONS, version, 'bin');
    const has = (name: string) => existsSync(join(folder, name));
    if (['initdb', 'postgres', 'pg_dump', 'pg_restore'].every(has))
      return {
        folder,
        programs: { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') },
      };
  }
  return null;
}

const server = serverWithClients();
if (!server)
  console.log(
    `skipped: a restore by pg_restore takes PostgreSQL in ${VERSIONS} (apt-get install postgresql)`,
  );

export const backup: Row[] = [
  restored(
    'Embedded',
    async ({ postgres, state }) => {
      await postgres.stop();
      await rm(state, { recursive: true });
    },
    { where: ({ database }) => database === 'embedded' },
  ),
  ...(server
    ? [
        restored('A PostgreSQL of your own', loseServer, {
          where: ({ database }) => database === 'server',
          programs: server.programs,
          env: { PATH: `${server.folder}:${process.env.PATH}` },
        }),
      ]
    : []),
];
