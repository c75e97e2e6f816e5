/**
 * A process that reserves against a cap together with others: told a scope and a database, it takes blocks
 * until it is refused, and answers with how much it got.
 */

import { createStore, type Store } from '../../../src/adapters/store/store.ts';
import { NO_AMOUNT } from '../../../src/core/budget.ts';
import { answerWith } from '../child.ts';

let store: Store | null = null;

answerWith(
  async ({ url, key, cap, block }: { url: string; key: string; cap: number; block: number }) => {
    store ??= await createStore({ url, log: console.error });
    for (let taken = 0; ; taken += block) {
      const reserved = await store.ledger.reserve({
        by: { task: key, run: `run-${process.pid}` },
        scopes: [{ kind: 'day', key, caps: { tokens: cap } }],
        model: { provider: 'openai', name: 'large' },
        prices: 'settings',
        fixed: { ...NO_AMOUNT, calls: 1, tokens: block - 1 },
        each: { ...NO_AMOUNT, tokens: 1 },
        want: 1,
      });
      if (!reserved.ok) return taken;
    }
  },
  async () => store?.close(),
);
