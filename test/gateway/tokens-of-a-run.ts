/** A budget of tokens for one gateway by itself, where no ledger is needed. */
import { capInWords, grant, NO_AMOUNT } from '../../src/core/budget.ts';
import { totalTokens } from '../../src/core/spend.ts';
import type { CallBudget } from '../../src/engine/ports/gateway.ts';

export function tokensOfARun(cap: number): CallBudget {
  let used = 0;
  return {
    async reserve({ input, output }) {
      const ask = {
        fixed: { ...NO_AMOUNT, tokens: input },
        each: { ...NO_AMOUNT, tokens: 1 },
        want: output,
      };
      const scope = { kind: 'run' as const, caps: { tokens: cap } };
      const { parts, reached } = grant(ask, [{ ...scope, used: { ...NO_AMOUNT, tokens: used } }]);
      if (reached && parts < 1)
        return `${capInWords(reached)}, is spent, or reserved by calls that run`;
      const reserved = input + parts;
      let isOpen = true;
      used += reserved;
      return {
        reservation: null,
        output: parts,
        follow() {},
        settle(usage) {
          if (isOpen) used += (usage ? totalTokens(usage) : 0) - reserved;
          isOpen = false;
        },
        leave() {},
      };
    },
  };
}
