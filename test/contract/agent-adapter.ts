/** What every adapter of an agent promises, whatever its CLI prints. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ActAnswer } from '../../src/core/act.ts';
import { AgentEvent } from '../../src/core/agent-event.ts';
import type { AgentAdapter, AgentChannel, AgentRequest } from '../../src/engine/ports/agent.ts';
import type { SandboxEnd } from '../../src/engine/ports/sandbox.ts';

export type Recording = {
  name: string;
  stdout: string;
  stderr: string;
  end: Pick<SandboxEnd, 'exitCode' | 'signal'>;
};

export const REQUEST: AgentRequest = {
  run: 'task-1-run-1',
  instructions: 'You are the author.',
  prompt: 'Fix the failing test.',
  model: null,
  session: null,
  readOnly: false,
  repositoryConfig: false,
  tools: ['read', 'edit', 'shell'],
  servers: [],
  outputSchema: null,
  argv: [],
};

export const ended = (end: Partial<SandboxEnd> = {}): SandboxEnd => ({
  exitCode: 0,
  signal: null,
  by: 'exit',
  outOfMemory: false,
  ms: 1,
  ...end,
});

const ALLOWED: ActAnswer = { outcome: 'allow', ruleId: 'all', reason: '' };

/**
 * A channel that keeps what is written and asked. Each question is answered by `decide`, and a denial
 * is told as the engine tells it.
 */
export function listeningChannel(
  events: AgentEvent[],
  decide: AgentChannel['decide'] = async () => ALLOWED,
) {
  const written: string[] = [];
  const asked: unknown[] = [];
  let closed = false;
  const channel: AgentChannel = {
    write: text => void written.push(text),
    close() {
      closed = true;
    },
    async decide(question) {
      asked.push(question);
      const { outcome, ...why } = await decide(question);
      if (outcome !== 'allow')
        events.push({ type: 'tool.denied', by: 'policy', ...callOf(question), ...why });
      return { outcome, ...why };
    },
    report: more => void events.push(...more),
  };
  return { channel, written, asked, closed: () => closed };
}

const callOf = (question: unknown): { callId?: string } =>
  typeof question === 'object' && question !== null && 'callId' in question
    ? { callId: String(question.callId) }
    : {};

/** Reads a whole run, line by line with time for replies; throws where the events break the contract. */
export async function readRun(
  adapter: AgentAdapter,
  recording: { stdout: string; stderr?: string; end: SandboxEnd },
  request: AgentRequest = REQUEST,
  decide?: AgentChannel['decide'],
) {
  const events: AgentEvent[] = [];
  const { channel, ...heard } = listeningChannel(events, decide);
  const reader = adapter.reader(request, channel);
  for (const stream of ['stdout', 'stderr'] as const) {
    const text = recording[stream] ?? '';
    for (const line of text.split('\n').filter(line => line !== '')) {
      events.push(...reader.line(stream, line));
      await nextTurn();
    }
  }
  events.push(...reader.end(recording.end));
  assertWellFormed(events);
  const finished = events.at(-1) as Extract<AgentEvent, { type: 'session.finished' }>;
  return { events, finished, session: reader.session(), ...heard };
}

export const only = <T extends AgentEvent['type']>(
  events: AgentEvent[],
  type: T,
): Extract<AgentEvent, { type: T }>[] =>
  events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);

function assertWellFormed(events: AgentEvent[]): void {
  for (const event of events)
    expect(AgentEvent.safeParse(event), JSON.stringify(event)).toMatchObject({ success: true });
  expect(only(events, 'session.finished')).toHaveLength(1);
  expect(events.at(-1)?.type).toBe('session.finished');
  expect(only(events, 'session.started').length).toBeLessThanOrEqual(1);
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === 'tool.started') {
      expect(open.has(event.callId), `${event.callId} starts twice`).toBe(false);
      open.add(event.callId);
    }
    if (event.type === 'tool.finished')
      expect(open.delete(event.callId), `${event.callId} ends without a start`).toBe(true);
    if (event.type === 'tool.denied' && event.callId !== undefined) open.delete(event.callId);
  }
  expect([...open], 'calls that never end').toEqual([]);
}

export function agentAdapterContract(of: {
  adapter: AgentAdapter;
  request?: AgentRequest;
  /** True where the exit code alone decides, as for a plain command. */
  byExitCode: boolean;
  /** What a CLI that converses says before it is told which session is wanted. */
  opening?: string;
  recordings: Recording[];
}): void {
  const { adapter, request = REQUEST } = of;
  const run = (recording: Parameters<typeof readRun>[1]) => readRun(adapter, recording, request);

  describe(`${adapter.name}: the contract of adapters`, () => {
    test('a launch is whole, and names no secret and no home of its own', () => {
      const launch = adapter.launch(request);
      expect(launch.argv.length).toBeGreaterThan(0);
      for (const path of Object.keys(launch.homeFiles))
        expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)/);
      // PATH and HOME are the sandbox's to say.
      expect(Object.keys(launch.env)).not.toContain('PATH');
      expect(Object.keys(launch.env)).not.toContain('HOME');
      expect(Object.keys(launch.env).filter(name => /key|token|secret/i.test(name))).toEqual([]);
      for (const { from, to } of launch.binds) {
        expect(from).toMatch(/^\//);
        expect(to).toMatch(/^\/opt\//);
      }
    });

    test('a launch is the same for the same request', () => {
      expect(adapter.launch(request)).toEqual(adapter.launch({ ...request }));
    });

    test('the prompt is where nobody else on the host can read it', () => {
      const prompt = 'what only the agent may read';
      const { argv, env } = adapter.launch({ ...request, prompt });
      expect(JSON.stringify({ argv, env })).not.toContain(prompt);
    });

    test(`an earlier session is ${adapter.capabilities.resume ? 'continued' : 'of no use to it'}`, async () => {
      const session = 'an-earlier-session';
      const resuming = { ...request, session };
      const { argv } = adapter.launch(resuming);
      const read = { stdout: of.opening ?? '', end: ended() };
      const { written } = await readRun(adapter, read, resuming);
      const told = [...argv, ...written].filter(text => text.includes(session));
      expect(told).toHaveLength(adapter.capabilities.resume ? 1 : 0);
    });

    test('tells who it is before any spend', async () => {
      const probe = await adapter.probe();
      if (probe.ok) expect(probe.version).not.toBe('');
      else expect([probe.problem, probe.remediation]).not.toContain('');
    });

    test('what it says of its answers is so', async () => {
      const { usage, structured } = adapter.capabilities;
      const read = await Promise.all(
        of.recordings.map(({ stdout, stderr, end }) => run({ stdout, stderr, end: ended(end) })),
      );
      expect(read.some(({ events }) => only(events, 'usage').length > 0)).toBe(usage);
      expect(read.some(({ finished }) => finished.structured !== undefined)).toBe(structured);
    });

    test('two runs at once are not mixed', async () => {
      const [one, two] = [of.recordings[0], of.recordings.at(-1)] as [Recording, Recording];
      const alone: AgentEvent[][] = [];
      for (const { stdout, end } of [one, two])
        alone.push((await run({ stdout, end: ended(end) })).events);
      const mixed: AgentEvent[][] = [[], []];
      const readers = mixed.map(events =>
        adapter.reader(request, listeningChannel(events).channel),
      );
      const lines = [one, two].map(({ stdout }) => stdout.split('\n').filter(line => line !== ''));
      for (let at = 0; at < Math.max(...lines.map(list => list.length)); at++)
        for (const [which, reader] of readers.entries()) {
          const line = lines[which]?.[at];
          if (line === undefined) continue;
          mixed[which]?.push(...reader.line('stdout', line));
          await nextTurn();
        }
      for (const [which, reader] of readers.entries())
        mixed[which]?.push(...reader.end(ended([one, two][which]?.end)));
      expect(mixed).toEqual(alone);
    });

    test.each([
      ['aborted', 'cancelled'],
      ['timeout', 'limit'],
      ['output_limit', 'limit'],
      ['disk_full', 'killed'],
    ] as const)('a run that was ended by %s is %s', async (by, status) => {
      const end = ended({ by, exitCode: null, signal: 'SIGKILL' });
      expect((await run({ stdout: '', end })).finished.status).toBe(status);
    });

    test.each([
      { exitCode: null, signal: 'SIGTERM' },
      { exitCode: 143, signal: null },
    ])('a process that was ended by a signal is killed: %j', async end => {
      const { finished } = await run({ stdout: '', end: ended(end) });
      expect(finished).toMatchObject({
        status: 'killed',
        signal: 'SIGTERM',
        exitCode: end.exitCode,
      });
    });

    test('one that is killed in the middle of a line is killed, and says that', async () => {
      const stdout = '{"type":"message","te';
      const killed = await run({ stdout, end: ended({ exitCode: null, signal: 'SIGKILL' }) });
      expect(killed.finished.status).toBe('killed');
      expect(killed.finished.summary).toMatch(/was ended by SIGKILL\.$/);
      const late = await run({
        stdout,
        end: ended({ by: 'timeout', exitCode: null, signal: 'SIGKILL' }),
      });
      expect(late.finished.summary).toMatch(/ran into its time limit\.$/);
    });

    test('a bad exit code is a failure', async () => {
      const { finished } = await run({ stdout: '', end: ended({ exitCode: 1 }) });
      expect(finished.status).toBe('failed');
    });

    test(`exit code 0 alone is ${of.byExitCode ? 'success' : 'never success'}`, async () => {
      const { events, finished } = await run({ stdout: '', end: ended() });
      expect(finished.status).toBe(of.byExitCode ? 'ok' : 'failed');
      if (!of.byExitCode)
        expect(only(events, 'error')).toMatchObject([{ class: 'protocol', fatal: true }]);
      expect(finished.summary).not.toBe('');
    });

    test.each([
      ['truncated', '{"type":"message","te'],
      ['huge', `{"type":"message","text":"${'x'.repeat(5_000_000)}"}`],
      ['deep', `{"type":"message","text":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
      ['no object', 'null'],
      ['no event', '{"type":"__proto__"}{}'],
      ['binary', '\u0000\u001b[31m\ufffd'],
    ])('a %s line neither throws nor succeeds', async (_name, line) => {
      const { events, finished } = await run({ stdout: line, end: ended() });
      if (of.byExitCode) return expect(finished.status).toBe('ok');
      expect(finished.status).toBe('failed');
      expect(only(events, 'error').map(event => event.class)).toContain('protocol');
      expect(JSON.stringify(events).length).toBeLessThan(10_000);
    });

    test.each(of.recordings)(
      '$name is well-formed where each line comes twice, and backwards',
      async recording => {
        const lines = recording.stdout.split('\n').filter(line => line !== '');
        for (const other of [lines.flatMap(line => [line, line]), lines.toReversed()])
          await run({ ...recording, stdout: other.join('\n'), end: ended(recording.end) });
      },
    );

    test.each(of.recordings)('$name is well-formed, whole and cut anywhere', async recording => {
      const lines = recording.stdout.split('\n');
      for (let length = 0; length <= lines.length; length++) {
        const stdout = lines.slice(0, length).join('\n');
        const { finished } = await run({ ...recording, stdout, end: ended(recording.end) });
        const whole = stdout.trimEnd() === recording.stdout.trimEnd();
        if (!whole && !of.byExitCode) expect(finished.status).not.toBe('ok');
      }
    });
  });
}
