/**
 * What is recorded of a run while it works: what its agent is started with, and each exchange with its
 * model, by digest. Writing waits for the end of an answer, so that it costs the stream nothing, and is
 * bounded: what came after the bound is missing, and the recording says so.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGrowingBytes, type GrowingBytes } from '../../../core/bounds/growing-bytes.ts';
import type { RecordedExchange, RunRecording } from '../../../core/recording.ts';
import { canonical } from '../../chain.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { AgentRequest } from '../../ports/agent.ts';
import type { ArtifactOwner } from '../../ports/artifacts.ts';
import type { PassingRequest, RecordExchange } from '../../ports/gateway.ts';
import { redactBytes } from '../redaction/redact-in-slices.ts';

/** Of one request, and of one answer. Bytes. */
const LARGEST_BODY = 16 * 1024 * 1024;
const MOST_EXCHANGES = 5_000;
/** Of all exchanges of the run together. Bytes. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Of answers that are under way. Bytes. */
const MOST_HELD = 32 * 1024 * 1024;
/** A run that is lost leaves what was recorded until shortly before. */
const KEEP_EVERY_MS = 10_000;
/** A shorter answer costs little to ask for again. */
const NOTE_AFTER_MS = 1_000;

export type Recording = {
  /** The agent is started, or once more where it did not know its session any more. */
  started(request: AgentRequest): void;
  record: RecordExchange;
  /** The whole of it, as text; what is still under way is cut here. */
  text(): Promise<string>;
};

export function createRecording(of: {
  owner: ArtifactOwner;
  agent: Pick<RunRecording, 'adapter' | 'version'>;
  deps: Pick<Dependencies, 'artifacts' | 'redact' | 'logger'>;
}): Recording {
  const { owner, agent, deps } = of;
  const { artifacts, redact, logger } = deps;
  const starts: AgentRequest[] = [];
  const kept: RecordedExchange[] = [];
  const answers: RunRecording['answers'] = [];
  const open = new Set<() => void>();
  let place = 0;
  let begun = 0;
  let bytes = 0;
  let held = 0;
  let missing: string | null = null;
  let writing: Promise<void> = Promise.resolve();
  let writtenAt = Number.NEGATIVE_INFINITY;

  const text = (): string => {
    const exchanges = kept.toSorted((a, b) => a.began - b.began);
    const recording: RunRecording = { v: 1, ...agent, starts, exchanges, answers, missing };
    return canonical(recording);
  };
  const write = async () => {
    writtenAt = performance.now();
    await artifacts.link(owner, 'recording.json', await artifacts.put(text(), 'record'));
  };
  /** One after the other, so that what is written last is the newest. */
  const inTurn = (work: () => Promise<void>) => {
    // The stream's own end comes first.
    writing = writing
      .then(() => nextTurn())
      .then(work)
      .catch(error => {
        missing ??= 'An exchange could not be kept.';
        logger.warn({ err: error, ...owner }, 'an exchange with the model could not be kept');
      });
  };
  const put = async (content: Buffer) => {
    const clean = await redactBytes(content, redact);
    return { digest: await artifacts.put(clean.content, 'record'), redacted: clean.redacted };
  };

  /** By what is noted, whoever does this work after a lost worker finds the answer. */
  const note = async ({ request, answer }: Passed) => {
    if (!answer || !request.body || answers.some(({ id }) => id === answer.id)) return;
    const { method, path, output } = request;
    const { digest } = await put(request.body);
    answers.push({ ...answer, method, path: redact(path), request: digest, output });
  };

  const keepExchange = async (exchange: Passed) => {
    // What follows a gap is of no use to a replay.
    if (missing !== null) return;
    const { request, bytes, began, ended, status, headers, whole } = exchange;
    await note(exchange);
    const answer = await put(Buffer.from(bytes.view()));
    const asked = request.body && (await put(request.body));
    const { method, path, forwarded, output } = request;
    kept.push({
      began,
      ended,
      method,
      path: redact(path),
      request: asked?.digest ?? null,
      forwarded,
      output,
      status,
      headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, redact(v)])),
      response: answer.digest,
      whole,
      redacted: answer.redacted || (asked?.redacted ?? false),
    });
    if (performance.now() - writtenAt > KEEP_EVERY_MS) await write();
  };

  return {
    started(request) {
      starts.push(JSON.parse(redact(JSON.stringify(request))));
      inTurn(write);
    },

    record(request) {
      begun += 1;
      bytes += request.body?.length ?? 0;
      const tooLarge = (request.body?.length ?? 0) > LARGEST_BODY;
      if (begun > MOST_EXCHANGES || bytes > MOST_BYTES || tooLarge) missing ??= TOO_LARGE;
      if (missing !== null) return UNRECORDED;
      const exchange: Passed = {
        request,
        bytes: createGrowingBytes(),
        began: place++,
        ended: 0,
        status: 0,
        headers: {},
        whole: false,
        answer: null,
      };
      let size = 0;
      let noting: NodeJS.Timeout | null = null;
      let over = false;
      let lost = false;
      const end = (whole: boolean) => {
        if (over) return;
        over = true;
        open.delete(cut);
        if (noting) clearTimeout(noting);
        held -= size;
        Object.assign(exchange, { ended: place++, whole });
        if (!lost) inTurn(() => keepExchange(exchange));
      };
      const cut = () => end(false);
      open.add(cut);
      return {
        began(status, headers) {
          Object.assign(exchange, { status, headers });
        },
        chunk(chunk) {
          if (over || lost) return;
          size += chunk.length;
          held += chunk.length;
          bytes += chunk.length;
          if (size > LARGEST_BODY || held > MOST_HELD || bytes > MOST_BYTES) missing ??= TOO_LARGE;
          lost = missing !== null;
          if (lost) exchange.bytes.free();
          else exchange.bytes.push(chunk);
        },
        goesOn(id, reservation) {
          exchange.answer = { id, reservation };
          const noteIt = () => inTurn(() => note(exchange).then(write));
          noting = setTimeout(noteIt, NOTE_AFTER_MS);
        },
        ended: end,
      };
    },

    async text() {
      for (const cut of [...open]) cut();
      // Whatever ends while the last of it is written is waited for as well.
      for (let last: Promise<void> | null = null; last !== writing; ) {
        last = writing;
        await last;
      }
      return text();
    },
  };
}

const TOO_LARGE =
  'Not all that passed is recorded: it was more than is kept of one exchange, or of one run.';

/** An exchange that passed, before it is kept. */
type Passed = Pick<RecordedExchange, 'began' | 'ended' | 'status' | 'headers' | 'whole'> & {
  request: PassingRequest;
  bytes: GrowingBytes;
  /** `null`: it ends with its connection. */
  answer: Pick<RunRecording['answers'][number], 'id' | 'reservation'> | null;
};

const UNRECORDED = { began() {}, chunk() {}, goesOn() {}, ended() {} };
