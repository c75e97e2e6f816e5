/** The services that all machines share: PostgreSQL, Redis and an S3 storage on the hub's address. */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openCluster } from '../../src/adapters/store/embedded/cluster.ts';
import {
  findBinaries,
  spawnPostgres,
} from '../../src/adapters/store/embedded/postgres-binaries.ts';
import { startS3 } from '../adapters/artifacts/s3-server.ts';
import { startRedis } from '../adapters/queue/redis-server.ts';
import { until } from '../demo/until.ts';
import { HUB, SUBNET } from './machines.ts';

export type Services = Awaited<ReturnType<typeof startServices>>;

export async function startServices() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-scale-'));
  const [postgres, redis, s3] = await Promise.all([
    startPostgres(folder),
    startRedis({ host: HUB, port: 6379 }),
    startS3({ host: HUB }),
  ]);
  const { settings } = s3;
  return {
    folder,
    redis: redis.url,
    /** Creates a database and a prefix for artifacts. */
    async fresh(name: string) {
      await postgres.query(`CREATE DATABASE ${name}`);
      return {
        DATABASE_URL: `postgres://gatehouse@${HUB}:5432/${name}`,
        GATEHOUSE_ARTIFACTS: `s3://${settings.bucket}/${name}`,
        S3_ENDPOINT: settings.endpoint,
        S3_ACCESS_KEY_ID: settings.keyId,
        S3_SECRET_ACCESS_KEY: settings.secret,
      };
    },
    async stop() {
      await Promise.all([postgres.stop(), redis.stop(), s3.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the embedded PostgreSQL's programs as a server with a TCP port. */
async function startPostgres(folder: string) {
  const binaries = await findBinaries();
  const { data, socket, url } = await openCluster(folder, binaries);
  // Only these machines are on the network.
  await appendFile(join(data, 'pg_hba.conf'), `host all all ${SUBNET} trust\n`);
  const settings = [
    ...[`listen_addresses=${HUB}`, 'port=5432', 'max_connections=300'],
    ...[`unix_socket_directories=${socket}`, 'log_min_messages=fatal'],
  ];
  const command = [binaries.postgres, '-D', data, ...settings.flatMap(each => ['-c', each])];
  const child = spawnPostgres('INT', command, ['ignore', 'ignore', 'ignore']);
  const ended = new Promise(done => child.once('exit', done));
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => {});
  await until('PostgreSQL', () => pool.query('SELECT').catch(() => null), 20_000);
  return {
    query: (sql: string) => pool.query(sql),
    async stop() {
      await pool.end();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
