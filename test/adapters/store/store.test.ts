import { createStore } from '../../../src/adapters/store/store.ts';
import { changesContract } from '../../contract/changes.ts';
import { deliveriesContract } from '../../contract/deliveries.ts';
import { eventLogContract } from '../../contract/event-log.ts';
import { leasesContract } from '../../contract/leases.ts';
import { quotasContract } from '../../contract/quotas.ts';
import { runOutputContract } from '../../contract/run-output.ts';
import { sealedTokensContract } from '../../contract/sealed-tokens.ts';
import { openStore } from './database.ts';

eventLogContract('PostgreSQL', openStore);
leasesContract('PostgreSQL', openStore);
deliveriesContract('PostgreSQL', openStore);
quotasContract('PostgreSQL', openStore);
changesContract('PostgreSQL', openStore);
sealedTokensContract('PostgreSQL', openStore);
runOutputContract('PostgreSQL', async () => {
  const store = await openStore();
  return { ...store, again: () => createStore({ url: store.url, log: () => {} }) };
});
