import { createOwnSealedTokens } from '../../../../src/adapters/github/client/own-sealed-tokens.ts';
import { sealedTokensContract } from '../../../contract/sealed-tokens.ts';

sealedTokensContract('of one process', async () => ({
  sealedTokens: createOwnSealedTokens(),
  close: async () => {},
}));
