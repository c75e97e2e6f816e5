import { createOwnSealedTokens } from '../../../src/adapters/github/own-sealed-tokens.ts';
import { sealedTokensContract } from '../../contract/sealed-tokens.ts';

sealedTokensContract('of one process', async () => ({
  sealedTokens: createOwnSealedTokens(),
  close: async () => {},
}));
