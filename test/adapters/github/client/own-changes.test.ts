import { createOwnChanges } from '../../../../src/adapters/github/client/own-changes.ts';
import { changesContract } from '../../../contract/changes.ts';

changesContract('of one process', async () => ({
  changes: createOwnChanges(),
  close: async () => {},
}));
