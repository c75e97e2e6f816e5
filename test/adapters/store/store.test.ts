import pg from 'pg';
import { createStore } from '../../../src/adapters/store/store.ts';
import { changesContract } from '../../contract/changes.ts';
import { deliveriesContract } from '../../contract/deliveries.ts';
import { eventLogContract } from '../../contract/event-log.ts';
import { hintsContract } from '../../contract/hints.ts';
import { leasesContract } from '../../contract/leases.ts';
import { quotasContract } from '../../contract/quotas.ts';
import { runOutputContract } from '../../contract/run-output.ts';
import { sealedTokensContract } from '../../contract/sealed-tokens.ts';
import { workersContract } from '../../contract/workers.ts';
import { openStore } from './database.ts';

eventLogContract('PostgreSQL', openStore);
leasesContract('PostgreSQL', openStore);
deliveriesContract('PostgreSQL', openStore);
quotasContract('PostgreSQL', openStore);
changesContract('PostgreSQL', openStore);
sealedTokensContract('PostgreSQL', openStore);
workersContract('PostgreSQL', async () => {
  const store = await openStore();
  const client = new pg.Client({ connectionString: store.url });
  await client.connect();
  return {
    workers: store.workers,
    async age(name, ms) {
      await client.query(
        'UPDATE workers SET seen_at = seen_at - make_interval(secs => $2) WHERE name = $1',
        [name, ms / 1000],
      );
    },
    async close() {
      await client.end();
      await store.close();
    },
  };
});
runOutputContract('PostgreSQL', async () => {
  const store = await openStore();
  return { ...store, again: () => createStore({ url: store.url, log: () => {} }) };
});
hintsContract('PostgreSQL', async () => {
  const store = await openStore();
  const client = new pg.Client({ connectionString: store.url });
  await client.connect();
  return {
    hints: store.hints,
    again: () => createStore({ url: store.url, log: () => {} }),
    async cut() {
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN streams_grown%' AND datname = current_database()",
      );
    },
    async close() {
      await client.end();
      await store.close();
    },
  };
});
