/** The isolated process: it answers one call after the other. */
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import { cedarTraps } from '../../../policy/cedar.ts';
import type { PolicyText } from '../../../policy/check.ts';
import { decide } from '../../../policy/decide.ts';
import { explain } from '../../../policy/explain.ts';
import { faultLine } from '../../../policy/fault.ts';
import { checkTexts, type PolicySet } from '../../../policy/load.ts';
import { testTable } from '../examine.ts';
import { readTexts } from '../rules.ts';
import { checkedSchema, loadTexts } from '../schema.ts';
import type { IsolatedCall, IsolatedJob, IsolatedJobs, IsolatedReply } from './jobs.ts';

type Handlers = {
  [J in IsolatedJob]: (asked: IsolatedJobs[J]['asked']) => Promise<IsolatedJobs[J]['answer']>;
};

const HANDLERS: Handlers = {
  rules: async texts => readTexts(texts, await checkedSchema()),
  check: async texts => checkTexts(texts, await checkedSchema()),
  test: async ({ policies, file, text }) => testTable(await setOf(policies), file, text),
  decide: async ({ policies, facts }) => decide(await setOf(policies), facts),
  explain: async ({ policies, facts }) => explain(await setOf(policies), facts),
};

/** A back-test asks the same policies again and again. */
const sets = createBoundedCache<string, PolicySet>(4);

async function setOf(policies: readonly PolicyText[]): Promise<PolicySet> {
  const key = JSON.stringify(policies);
  const known = sets.get(key);
  if (known) return known;
  const loaded = await loadTexts([...policies]);
  if (!loaded.ok) throw new Error(loaded.faults.map(faultLine).join('\n'));
  sets.set(key, loaded.set);
  return loaded.set;
}

const answer = <J extends IsolatedJob>({ job, asked }: IsolatedCall<J>) => HANDLERS[job](asked);

function send(outcome: IsolatedReply['outcome']): void {
  const reply: IsolatedReply = { outcome, last: cedarTraps().count > 0 };
  process.send?.(reply, () => {
    if (reply.last) process.exit();
  });
}

process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('message', (call: IsolatedCall) => {
  answer(call).then(
    value => send({ ok: true, answer: value }),
    error => send({ ok: false, problem: error instanceof Error ? error.message : String(error) }),
  );
});
process.send?.('ready');
