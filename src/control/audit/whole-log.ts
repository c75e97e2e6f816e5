/** The proof of the whole log: for the deployment's auditors alone. */
import { z } from 'zod';
import { streamName } from '../../core/stream.ts';
import { exportLines } from '../../engine/audit/export.ts';
import { verifyBeside } from '../../engine/audit/verify.ts';
import { type AuditSource, liveAuditSource } from '../../engine/audit-source.ts';
import { compare, readCheckpoints } from '../../engine/checkpoint/compare.ts';
import { createUnseen } from '../../engine/checkpoint/unseen.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, refused } from '../endpoint.ts';
import { forbidden } from '../faults.ts';
import type { HttpProblem } from '../problem.ts';
import { hasRole, type Viewer } from '../viewer.ts';
import { lineStream } from './ndjson.ts';
import { beside } from './task-proof.ts';

/** Null: whoever asks may read the whole log. */
export const mayNotReadLog = (viewer: Viewer): HttpProblem | null =>
  hasRole(viewer, 'auditor', null) ? null : AUDITORS_ALONE;

const AUDITORS_ALONE = forbidden(
  'The whole log is for auditors of the whole deployment.',
  'Read the proof of single tasks, or ask whoever operates Gatehouse for the role `auditor`.',
);

export const exportLog = endpoint(
  {
    method: 'get',
    path: '/api/v1/audit/export',
    tag: 'audit',
    summary: 'Everything that was recorded, as JSON lines, as `gatehouse export` writes it.',
    ok: z.string(),
    media: 'application/x-ndjson',
  },
  async ({ viewer, stands }, { log, artifacts }) => {
    const problem = mayNotReadLog(viewer);
    if (problem) return refused(problem);
    const audit = liveAuditSource({ log, artifacts });
    return lineStream(exportLines(audit, audit.streams(), true), {
      name: 'gatehouse.jsonl',
      stands,
    });
  },
);

const count = z.int().nonnegative();
const VerifyNews = z
  .discriminatedUnion('kind', [
    z
      .object({ kind: z.literal('progress'), streams: count, events: count })
      .describe('How far it is.'),
    z
      .object({ kind: z.literal('fault'), stream: z.string(), seq: count, problem: z.string() })
      .describe('A stream that is not what was written, with its first wrong event.'),
    z
      .object({
        kind: z.literal('end'),
        ok: z.boolean(),
        streams: count,
        events: count,
        bad: count.describe('Streams that are not what was written.'),
      })
      .describe('The outcome. Without it, not everything was verified.'),
  ])
  .meta({ id: 'VerifyNews' });

export const verifyLog = endpoint(
  {
    method: 'get',
    path: '/api/v1/audit/verify',
    tag: 'audit',
    summary:
      'Verifies every stream: one JSON line for each that is not what was written, one every so often that says how far it is, and a last one with the outcome.',
    ok: VerifyNews,
    media: 'application/x-ndjson',
  },
  async ({ viewer, stands }, services) => {
    const problem = mayNotReadLog(viewer);
    if (problem) return refused(problem);
    const { log, artifacts } = services;
    const lines = verdicts(liveAuditSource({ log, artifacts }), services);
    return lineStream(lines, { name: 'verify.jsonl', stands, eachAtOnce: true });
  },
);

/** Streams between two lines that say how far it is. */
const PROGRESS = 1_000;

async function* verdicts(record: AuditSource, services: ControlServices): AsyncIterable<string> {
  const line = (value: z.input<typeof VerifyNews>) => `${JSON.stringify(value)}\n`;
  const kept = beside(services);
  // Loaded first: a stream may grow meanwhile.
  const checkpoints = await readCheckpoints(record, null);
  const unseen = createUnseen(checkpoints);
  let [streams, events] = [0, 0];
  const bad = new Set<string>();
  for await (const ref of record.streams()) {
    const verdict = unseen(ref, await verifyBeside(record, ref, kept));
    const stream = streamName(ref);
    streams += 1;
    if (verdict.ok) events += verdict.events;
    else {
      bad.add(stream);
      yield line({ kind: 'fault', stream, seq: verdict.seq, problem: verdict.problem });
    }
    if (streams % PROGRESS === 0) yield line({ kind: 'progress', streams, events });
  }
  const open = checkpoints.ends.filter(({ stream }) => !bad.has(stream));
  for (const fault of await compare(record, open, null)) {
    bad.add(fault.stream);
    yield line({ kind: 'fault', ...fault });
  }
  yield line({ kind: 'end', ok: bad.size === 0, streams, events, bad: bad.size });
}
