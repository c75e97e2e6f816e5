/** What happened stays as it was: the same states, the same effects, the same decisions. */
import { describe, expect, it } from 'vitest';
import type { PolicyDecision } from '../../src/core/decision.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Folded } from '../../src/core/fold.ts';
import { streamName } from '../../src/core/stream.ts';
import { viewOf } from '../../src/core/task/views/view.ts';
import { replayStream } from '../../src/engine/audit/replay.ts';
import type { AuditSource } from '../../src/engine/audit-source.ts';
import { asTask, fold, start } from '../../src/engine/streams.ts';
import { decide } from '../../src/policy/decide.ts';
import { Facts } from '../../src/policy/facts.ts';
import { starter } from '../policy/starter.ts';
import { HISTORIES, readHistory, streamsOf } from './history.ts';

const MEANT =
  'The past reads differently now. If that is meant: npm test -- test/histories -u, and say in the change why.';
const RERECORD =
  "Today's policies decide otherwise. If that is meant: node src/boot.cjs test/histories/record.ts";

it('tell of every way a task can end', async () => {
  const ends = new Set<unknown>();
  for (const name of HISTORIES) {
    const audit = await readHistory(name);
    for (const stream of await streamsOf(audit))
      for await (const { type, data } of audit.events(stream))
        if (type === 'task.finished') ends.add(data.outcome);
  }
  expect([...ends].sort()).toEqual(['canceled', 'failure', 'refused', 'success']);
});

describe.each(HISTORIES)('%s', name => {
  it('verifies, and every decision is the same when it is taken again', async () => {
    const audit = await readHistory(name);
    const streams = await streamsOf(audit);
    expect(streams.length).toBeGreaterThan(0);
    for (const stream of streams)
      expect(await replayStream(audit, stream, null)).toMatchObject({
        verify: 'ok',
        replay: 'identical',
      });
  });

  it('is told as it was', async () => {
    const audit = await readHistory(name);
    await expect(await tell(audit), MEANT).toMatchFileSnapshot(`${name}.told.txt`);
  });

  it("is decided by today's policies as it was by those of its time", async () => {
    const audit = await readHistory(name);
    const policies = starter();
    for (const stream of await streamsOf(audit))
      for await (const { seq, type, data } of audit.events(stream)) {
        if (type !== 'policy.decided') continue;
        const { outcome, factsDigest } = data.decision as PolicyDecision;
        const facts = Facts.parse(JSON.parse((await audit.content(factsDigest)) ?? ''));
        expect([seq, decide(policies, facts).outcome], RERECORD).toEqual([seq, outcome]);
      }
  });
});

/** A line for each event with the effects it opens and settles; then the state as people see it. */
async function tell(audit: AuditSource): Promise<string> {
  const lines: string[] = [];
  for (const stream of await streamsOf(audit)) {
    lines.push(streamName(stream));
    let folded: Folded<unknown> = start(stream.kind);
    for await (const stored of audit.events(stream)) {
      const before = folded.open;
      folded = fold(folded, stored);
      const changes = [
        ...without(folded.open, before).map(({ key }) => `+${key}`),
        ...without(before, folded.open)
          .filter(({ key }) => !folded.open.some(open => open.key === key))
          .map(({ key }) => `-${key}`),
      ];
      lines.push(
        `${String(stored.seq).padStart(5)} ${stored.type}  ${changes.join(' ')}`.trimEnd(),
      );
    }
    if (stream.kind === 'task')
      lines.push(JSON.stringify(viewOf(stream.id, asTask(folded)), null, 1));
    lines.push('');
  }
  return lines.join('\n');
}

/** An effect that is opened again counts as opened. */
const without = (some: Effect[], others: Effect[]): Effect[] =>
  some.filter(
    ({ key, since }) => !others.some(other => other.key === key && other.since === since),
  );
