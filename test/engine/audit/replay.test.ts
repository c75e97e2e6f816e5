/** A recorded history verifies and replays without a database; whatever was done to it is named with its place. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyDecision } from '../../../src/core/decision.ts';
import type { StoredEvent } from '../../../src/core/event.ts';
import type { Folded } from '../../../src/core/fold.ts';
import { exportLines } from '../../../src/engine/audit/export.ts';
import { replayStream } from '../../../src/engine/audit/replay.ts';
import { liveAuditSource } from '../../../src/engine/audit-source.ts';
import { canonical, digestOf } from '../../../src/engine/chain.ts';
import {
  ArtifactChanged,
  ArtifactExpired,
  ArtifactMissing,
  type Artifacts,
} from '../../../src/engine/ports/artifacts.ts';
import type { EventLog } from '../../../src/engine/ports/event-log.ts';
import { fold, type KeptState, STATE_VERSION, start } from '../../../src/engine/streams.ts';
import { runProgram } from '../../cli/run-program.ts';
import {
  fileOf,
  HISTORIES,
  linesOf,
  readHistory,
  readLines,
  streamsOf,
} from '../../histories/history.ts';
import { seal } from '../../histories/trim.ts';

type Line = { kind: string; event?: StoredEvent; digest?: string; text?: string };
const parsed = (lines: string[]): Line[] => lines.map(line => JSON.parse(line));

/** The lines with their events changed, sealed anew as a forger with all the time would. */
function forged(lines: string[], change: (event: StoredEvent) => StoredEvent | null): string[] {
  const heads = new Map<string, string>();
  let seq = 0;
  return parsed(lines).flatMap(line => {
    if (!line.event) return [canonical(line)];
    const event = change(line.event);
    if (event === null) return [];
    seq += 1;
    return [canonical({ ...line, event: seal({ ...event, seq }, heads) })];
  });
}

async function replayed(lines: string[]) {
  const audit = await readLines(lines);
  const [stream] = await streamsOf(audit);
  if (!stream) throw new Error('there is no stream');
  return replayStream(audit, stream, null);
}

/** The decision at which event changed; others stay. */
const deciding = (seq: number, change: (decision: PolicyDecision) => PolicyDecision) =>
  forged(linesOf('canceled'), event =>
    event.seq === seq
      ? {
          ...event,
          data: { ...event.data, decision: change(event.data.decision as PolicyDecision) },
        }
      : event,
  );
const decisionsIn = (lines: string[]) =>
  parsed(lines).flatMap(({ event }) => (event?.type === 'policy.decided' ? [event] : []));
const decisionOf = (event: StoredEvent | undefined) => event?.data.decision as PolicyDecision;

describe('an export', () => {
  it.each(HISTORIES)('of %s, read and exported again, is the same', async name => {
    const audit = await readHistory(name);
    const [, ...lines] = await Array.fromAsync(exportLines(audit, audit.streams(), false));
    expect(lines.pop()).toMatch(/"kind":"end"/);
    // The histories are of the first version, which had no end.
    expect(lines).toEqual(
      linesOf(name)
        .slice(1)
        .map(line => `${line}\n`),
    );
  });

  it('holds each content once, before the events that name it', async () => {
    const known = new Set<string>();
    for (const { event, digest, text } of parsed(linesOf('full-walk'))) {
      if (digest !== undefined) {
        expect(known).not.toContain(digest);
        expect(digestOf(text ?? '')).toBe(digest);
        known.add(digest);
      }
      if (event?.type !== 'policy.decided') continue;
      expect(known).toContain(decisionOf(event).factsDigest);
      expect(known).toContain(decisionOf(event).policyDigest);
    }
  });

  it.each([
    ['is empty', () => [], 'the file is empty'],
    ['is none', () => ['{"kind":"event"}'], /^line 1: /],
    [
      'has no header',
      (lines: string[]) => lines.slice(1),
      'line 1: this is not an export of Gatehouse',
    ],
    [
      'begins with an empty line',
      (lines: string[]) => ['', ...lines.slice(1)],
      'line 2: this is not an export of Gatehouse',
    ],
    [
      'is of a later version',
      (lines: string[]) => lines.with(0, '{"kind":"gatehouse-export","v":3}'),
      /^line 1: v: /,
    ],
    [
      'is cut off',
      (lines: string[]) => lines.with(7, lines[7]?.slice(0, 90) ?? ''),
      'line 8: this is not JSON',
    ],
    [
      'has another kind of line',
      (lines: string[]) => lines.with(4, '{"kind":"note"}'),
      /^line 5: kind: /,
    ],
    [
      'has an event with a field more',
      (lines: string[]) => lines.with(1, canonical({ ...JSON.parse(lines[1] ?? ''), more: 1 })),
      /^line 2: .*more/,
    ],
  ])('that %s is refused with its line', async (_, change, problem) => {
    await expect(readLines(change(linesOf('refused')))).rejects.toThrow(problem);
  });

  it('with a content that was changed is refused with its line', async () => {
    const lines = linesOf('canceled');
    const at = lines.findIndex(line => JSON.parse(line).kind === 'content');
    const { digest, text, ...line } = JSON.parse(lines[at] ?? '');
    const other = canonical({ ...line, digest, text: text.replace('write', 'none') });
    await expect(readLines(lines.with(at, other))).rejects.toThrow(
      `line ${at + 1}: the content does not have the digest ${digest}`,
    );
  });
});

describe('a replay names what differs, and where', () => {
  it('an event that was changed: it does not verify, and is not replayed', async () => {
    const lines = linesOf('canceled').map(line => line.replace('It subtracts', 'It adds'));
    expect(await replayed(lines)).toMatchObject({
      verify: 'event 1 is not what was written',
      replay: 'not replayed: the log does not verify',
    });
  });

  it.each(decisionsIn(linesOf('canceled')).map(event => [event.seq, decisionOf(event)] as const))(
    'a decision that was flipped at event %i, however well it was sealed',
    async (seq, { outcome }) => {
      const other = outcome === 'deny' ? 'allow' : 'deny';
      const result = await replayed(deciding(seq, decision => ({ ...decision, outcome: other })));
      expect(result.verify).toBe('ok');
      expect(result.replay).toBe(
        `event ${seq}: outcome was "${other}", taken again it is "${outcome}"`,
      );
    },
  );

  const asking = decisionsIn(linesOf('canceled')).find(
    event => decisionOf(event).outcome === 'require_approval',
  );
  it.each<[string, Partial<PolicyDecision>, RegExp]>([
    ['other policies', { policies: ['mine'] }, /^event \d+: policies was \["mine"\], taken again/],
    ['other approvers', { approvers: ['me'] }, /: approvers was /],
    ['a lower quorum', { quorum: 0 }, /: quorum was 0, taken again it is 1/],
  ])('a decision that rests on %s', async (_, change, problem) => {
    const seq = asking?.seq ?? 0;
    const result = await replayed(deciding(seq, decision => ({ ...decision, ...change })));
    expect(result.verify).toBe('ok');
    expect(result.replay).toMatch(`event ${seq}: `);
    expect(result.replay).toMatch(problem);
  });

  it('a decision about something else than its facts', async () => {
    const seq = asking?.seq ?? 0;
    const other = { gate: 'publish', action: 'pr.open' } as const;
    const result = await replayed(deciding(seq, decision => ({ ...decision, ...other })));
    expect(result.replay).toBe(`event ${seq}: gate was "publish", taken again it is "merge"`);
  });

  it.each(['factsDigest', 'policyDigest'] as const)('a missing content: %s', async which => {
    const lines = linesOf('canceled');
    const [first] = decisionsIn(lines);
    const digest = decisionOf(first)[which];
    const result = await replayed(lines.filter(line => JSON.parse(line).digest !== digest));
    const what = which === 'factsDigest' ? 'facts' : 'policy set';
    const is = which === 'factsDigest' ? 'are' : 'is';
    expect(result).toMatchObject({
      verify: 'ok',
      decisions: { retaken: 1, same: 0 },
      replay: `event ${first?.seq}: the ${what} ${digest} ${is} not in the record`,
    });
  });

  it('an event that no version of ours wrote', async () => {
    const lines = forged(linesOf('canceled'), event =>
      event.seq === 5 ? { ...event, v: 9 } : event,
    );
    const result = await replayed(lines);
    expect(result.verify).toBe('ok');
    expect(result.replay).toMatch(/^event 5: task\/.* event 5 \(.* v9\) does not match its schema/);
  });

  it('a history that can not be', async () => {
    const lines = linesOf('canceled');
    const first = parsed(lines).find(({ event }) => event?.type === 'run.started')?.event;
    const result = await replayed(
      forged(lines, event => (event.seq === first?.seq ? null : event)),
    );
    expect(result.verify).toBe('ok');
    expect(result.replay).toMatch(/^event \d+: run "prepare-1-1|run "reproduce-1-1/);
  });
});

describe('the state kept beside the log', () => {
  async function keptAfter(count: number) {
    const audit = await readHistory('canceled');
    const [stream] = await streamsOf(audit);
    if (!stream) throw new Error('there is no stream');
    let folded: Folded<unknown> = start(stream.kind);
    for await (const stored of audit.events(stream))
      if (stored.seq <= count) folded = fold(folded, stored);
    const kept: KeptState = { stateVersion: STATE_VERSION, folded };
    return { record: audit, stream, kept };
  }
  const LAST = Number.MAX_SAFE_INTEGER;

  it('is the same when it is folded anew', async () => {
    const { record: audit, stream, kept } = await keptAfter(LAST);
    expect(await replayStream(audit, stream, kept)).toMatchObject({ replay: 'identical' });
  });

  it('may be older than the log, to which was added meanwhile', async () => {
    const { record: audit, stream, kept } = await keptAfter(10);
    expect(await replayStream(audit, stream, kept)).toMatchObject({ replay: 'identical' });
  });

  it('that was changed is found', async () => {
    const { record: audit, stream, kept } = await keptAfter(LAST);
    const state = { ...(kept.folded.state as object), status: 'success' };
    const other = { ...kept, folded: { ...kept.folded, state } };
    expect(await replayStream(audit, stream, other)).toMatchObject({
      verify: 'ok',
      replay: 'the kept state differs from the log',
    });
  });

  it('tells of events whose end was cut off, which no chain can', async () => {
    const { stream, kept } = await keptAfter(LAST);
    const audit = await readLines(linesOf('canceled').slice(0, -3));
    const { version } = kept.folded;
    expect(await replayStream(audit, stream, kept)).toMatchObject({
      verify: 'ok',
      replay: `events are missing: the kept state has seen ${version}, the log ends at ${version - 3}`,
    });
  });
});

describe('gatehouse --file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-file-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const gatehouse = (...args: string[]) => runProgram(args, {});
  const written = async (lines: string[]) => {
    const file = join(folder, 'export.jsonl');
    await writeFile(file, `${lines.join('\n')}\n`);
    return file;
  };

  it.each(HISTORIES)('verifies and replays %s', async name => {
    const verified = await gatehouse('verify', '--file', fileOf(name));
    expect(verified).toMatchObject({ code: 0, out: expect.stringMatching(/^verify: ok \(/m) });
    const told = await gatehouse('replay', '--file', fileOf(name));
    expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/^replay: identical \(/) });
    const { ok, streams } = JSON.parse(
      (await gatehouse('replay', '--json', '--file', fileOf(name))).out,
    );
    expect([ok, streams.length > 0]).toEqual([true, true]);
  });

  it('says where it does not, and exits with 1', async () => {
    const [stream] = await streamsOf(await readHistory('canceled'));
    const name = `task/${stream?.id}`;
    const file = await written(linesOf('canceled').map(line => line.replace('Canceled', 'Done')));
    const verified = await gatehouse('verify', '--file', file);
    expect(verified.code).toBe(1);
    expect(verified.out).toMatch(`${name}: event `);
    expect(verified.out).toMatch('is not what was written');
    const flipped = decisionsIn(linesOf('canceled')).at(-1)?.seq ?? 0;
    const forgery = await written(
      deciding(flipped, decision => ({ ...decision, outcome: 'allow' })),
    );
    const told = await gatehouse('replay', '--file', forgery);
    expect(told).toEqual({
      code: 1,
      out: `${name}: event ${flipped}: outcome was "allow", taken again it is "require_approval"\nreplay: different (1 of 1 streams)\n`,
    });
    await expect(gatehouse('verify', '--file', await written(['?']))).rejects.toThrow(
      /export\.jsonl: line 1: this is not JSON/,
    );
  });
});

describe('what decisions rest on', () => {
  const digest = digestOf('facts');
  const failing = async (error: Error) => {
    const audit = await readLines(linesOf('canceled'));
    const [stream] = await streamsOf(audit);
    if (!stream) throw new Error('there is no stream');
    const get = () => Promise.reject(error);
    const artifacts = { get } as unknown as Artifacts;
    const { content } = liveAuditSource({ log: {} as EventLog, artifacts });
    return { audit: { ...audit, content }, stream };
  };

  it('is no fault of the record where the storage fails: neither replay nor export has an answer', async () => {
    const { audit, stream } = await failing(new Error('the bucket is away'));
    await expect(replayStream(audit, stream, null)).rejects.toThrow('the bucket is away');
    await expect(Array.fromAsync(exportLines(audit, [stream], true))).rejects.toThrow(
      'the bucket is away',
    );
  });

  it.each([
    ['unknown', new ArtifactMissing(digest), /are not in the record/],
    ['expired', new ArtifactExpired(digest, new Date(0)), /are not in the record/],
    ['another one', new ArtifactChanged(digest, 'on disk'), /: artifact \S+ was changed on disk/],
  ])('is a fault where it is %s', async (_, error, words) => {
    const { audit, stream } = await failing(error);
    expect(await replayStream(audit, stream, null)).toMatchObject({
      verify: 'ok',
      replay: expect.stringMatching(words),
    });
  });
});
