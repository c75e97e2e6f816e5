/** One process in a real sandbox, read to its end: every line once, every character whole. */
import { expect, it } from 'vitest';
import { createSandbox } from '../../../../src/adapters/sandbox/sandbox.ts';
import type { ActAnswer } from '../../../../src/core/act.ts';
import type { AgentEvent } from '../../../../src/core/agent-event.ts';
import { redact } from '../../../../src/core/redaction/redact.ts';
import { agentFailure } from '../../../../src/engine/attempt/outcome.ts';
import { createChannel } from '../../../../src/engine/attempt/process/channel.ts';
import { execute } from '../../../../src/engine/attempt/process/execute.ts';
import { createJournal } from '../../../../src/engine/attempt/process/journal.ts';
import type { AgentAdapter, AgentRequest } from '../../../../src/engine/ports/agent.ts';
import type { Decide, GatewayReport, OpenGateway } from '../../../../src/engine/ports/gateway.ts';
import type { Sandbox, SandboxEnd } from '../../../../src/engine/ports/sandbox.ts';
import { LIMITS } from '../../../adapters/sandbox/run-inside.ts';
import { temporaryFolder } from '../../../adapters/sandbox/temporary-folder.ts';
import { openGateway } from '../../../gateway/start-gateway.ts';
import { journalLines } from '../journal-lines.ts';

/** Repeats each line as a message. */
const parrot = (over: Partial<AgentAdapter> = {}): AgentAdapter => ({
  name: 'parrot',
  defaultModel: () => null,
  volatile: { fields: [], texts: [] },
  home: null,
  capabilities: { resume: false, readOnly: true, structured: false, usage: false },
  probe: async () => ({ ok: true, version: '1' }),
  launch: ({ argv, prompt }) => ({
    argv,
    env: {},
    homeFiles: {},
    stdin: prompt,
    masks: [],
    binds: [],
  }),
  reader: () => ({
    line: (_stream, text) => [{ type: 'message', role: 'assistant', text }],
    end: ({ exitCode, signal }): AgentEvent[] => [
      { type: 'session.finished', status: 'ok', exitCode, signal, summary: '' },
    ],
    session: () => null,
  }),
  ...over,
});

const MODEL = { name: 'm', dialect: 'openai-responses' as const };

/** A gateway that reports this of the model's calls. */
async function gatewayWith(lastCall: GatewayReport['lastCall']): Promise<OpenGateway> {
  const open = await openGateway({});
  return { ...open, report: () => ({ ...open.report(), lastCall }) };
}

async function run(
  script: string,
  over: {
    adapter?: AgentAdapter;
    sandbox?: Sandbox;
    decide?: Decide;
    repositoryConfig?: boolean;
    lastCall?: GatewayReport['lastCall'];
  } = {},
) {
  const path = await temporaryFolder();
  const { adapter = parrot(), sandbox = await createSandbox({ stateDir: path }) } = over;
  const request = {
    run: 'task-author-1-1',
    instructions: '',
    prompt: 'hello',
    model: over.lastCall === undefined ? null : MODEL,
    session: null,
    readOnly: false,
    repositoryConfig: over.repositoryConfig ?? false,
    tools: [],
    servers: [],
    outputSchema: null,
    argv: ['/bin/sh', '-c', script],
  };
  const channel = createChannel(over.decide ?? null);
  const reader = adapter.reader(request, channel.forReader);
  const journal = createJournal({
    run: request.run,
    adapter: adapter.name,
    version: '1',
    session: reader.session,
    written: () => {},
    redact,
    clock: { now: () => new Date() },
  });
  return execute({
    adapter,
    reader,
    channel,
    journal,
    request,
    directory: '',
    sandbox,
    gateway: over.lastCall === undefined ? null : await gatewayWith(over.lastCall),
    paid: () => null,
    env: { PATH: '/usr/bin:/bin' },
    binds: [],
    workspace: {
      workTree: { kind: 'folder', path },
      binds: [],
      collect: async () => null,
      home: path,
      keepHome: async () => null,
      submodules: [],
      keepPrepared: async key => ({ key, paths: [] }),
      close: async () => {},
    },
    limits: LIMITS,
    signal: new AbortController().signal,
    redact,
  });
}
const messages = ({ journal }: Awaited<ReturnType<typeof run>>) =>
  journalLines(journal).flatMap(({ event }) => (event.type === 'message' ? [event.text] : []));

it('gives the reader each line of both streams, the last without its end as well', async () => {
  const done = await run('cat; echo; echo one; echo two >&2; printf three');
  expect(messages(done).sort()).toEqual(['hello', 'one', 'three', 'two']);
  expect(done).toMatchObject({ stdout: 'hello\none\nthree', stderr: 'two\n', error: null });
  expect(done.finished).toMatchObject({ status: 'ok', exitCode: 0 });
});

it.each([
  [
    { class: 'auth', message: 'the provider refused it' },
    'auth',
    'Its provider refused the credential: the provider refused it',
  ],
  [{ class: 'rate_limit', message: '429' }, 'rate_limit', 'Its provider limits it: 429'],
  [
    { class: 'transport', message: 'cut' },
    'transport',
    'Its provider did not answer to the end: cut',
  ],
  [null, 'agent', 'The agent did not work as it should: the agent did not call its model'],
] as const)(
  'believes no success of an agent whose model did not answer: %j',
  async (lastCall, kind, reason) => {
    const done = await run('echo Done.', { lastCall });
    expect(done.finished).toMatchObject({ status: 'failed', exitCode: 0 });
    expect(agentFailure(done)).toMatchObject({ class: kind, reason });
    const told = journalLines(done.journal).map(({ event }) => event.type);
    expect(told.slice(-2)).toEqual(['error', 'session.finished']);
  },
);

it('learns from the gateway why an agent failed that can not tell', async () => {
  const adapter = parrot({
    reader: () => ({
      line: () => [{ type: 'error', class: 'protocol', message: 'Something broke.', fatal: true }],
      end: ({ exitCode, signal }): AgentEvent[] => [
        { type: 'session.finished', status: 'failed', exitCode, signal, summary: '' },
      ],
      session: () => null,
    }),
  });
  const call = { class: 'rate_limit', message: 'the provider answered with 429' } as const;
  const reason = async (lastCall: GatewayReport['lastCall']) =>
    agentFailure(await run('echo Done.', { adapter, lastCall }))?.reason;
  expect(await reason(call)).toBe('Its provider limits it: the provider answered with 429');
  expect(await reason('answered')).toBe('The agent did not work as it should: Something broke.');
  expect(await reason(null)).toBe('The agent did not work as it should: Something broke.');
});

it('believes an agent whose model answered in the end', async () => {
  const done = await run('echo Done.', { lastCall: 'answered' });
  expect(agentFailure(done)).toBeNull();
  expect(done.finished.status).toBe('ok');
});

/** Sends the same output byte by byte, because a pipe may split it anywhere. */
const inBytes = async (): Promise<Sandbox> => {
  const sandbox = await createSandbox({ stateDir: await temporaryFolder() });
  return {
    ...sandbox,
    async start(spec) {
      const process = await sandbox.start(spec);
      async function* bytes() {
        for await (const { stream, chunk } of process.output)
          for (const byte of chunk) yield { stream, chunk: Buffer.of(byte) };
      }
      return { ...process, output: bytes() };
    },
  };
};

it('reads characters that a pipe cut in two', async () => {
  const done = await run("printf 'größer 🚀\\né'; printf 'ü 🚀' >&2", { sandbox: await inBytes() });
  expect(messages(done).sort()).toEqual(['größer 🚀', 'é', 'ü 🚀']);
  expect(done.stdout).toBe('größer 🚀\né');
  expect(done.stderr).toBe('ü 🚀');
});

it('keeps no secret, also where a pipe cut it in two', async () => {
  const token = `ghs_${'a'.repeat(36)}`;
  const done = await run(`echo ${token}`, { sandbox: await inBytes() });
  expect(done.stdout).toBe('[redacted: GitHub token]\n');
  expect(done.journal.text()).not.toContain(token);
});

/** A process that prints this, as fast as it is read, until it is ended. */
const printing = (chunk: Buffer, times: number): Sandbox => ({
  probe: async () => ({ ok: true, description: '' }),
  async start({ signal }) {
    const done = Promise.withResolvers<SandboxEnd>();
    async function* output() {
      for (let n = 0; n < times && !signal.aborted; n += 1)
        yield { stream: 'stdout' as const, chunk };
      const by = signal.aborted ? ('aborted' as const) : ('exit' as const);
      done.resolve({ exitCode: 0, signal: null, by, outOfMemory: false, ms: 0 });
    }
    return { output: output(), write() {}, closeInput() {}, done: done.promise };
  },
});

it('ends a run that floods with lines, with the reason, and lets others work meanwhile', async () => {
  let turns = 0;
  const others = setInterval(() => (turns += 1), 1);
  const done = await run('', { sandbox: printing(Buffer.alloc(64 * 1024, '\n'), 256) });
  clearInterval(others);
  expect(done.end.by).toBe('output_limit');
  expect(agentFailure(done)).toMatchObject({ class: 'output_limit' });
  expect(journalLines(done.journal)).toHaveLength(10_002);
  expect(turns).toBeGreaterThan(3);
});

it('reads one endless line in pieces, and keeps the beginning and the end of what is printed', async () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz'.repeat(2_500);
  const lengths: number[] = [];
  const measuring = parrot({
    reader: () => ({
      ...parrot().reader(request, createChannel(null).forReader),
      line(_stream, line) {
        lengths.push(line.length);
        return [];
      },
    }),
  });
  const endless = { adapter: measuring, sandbox: printing(Buffer.from(letters), 250) };
  const { stdout } = await run('', endless);
  expect(Math.max(...lengths)).toBeLessThan(5 * 1024 * 1024);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(250 * letters.length);
  expect(stdout.length).toBeLessThan(5 * 1024 * 1024);
  expect(stdout).toMatch(/^abc.+\n… \d+ bytes are left out here …\n.+xyz$/);
  const alphabet = letters.slice(0, 26);
  const short = Buffer.from(`${alphabet}\n`.repeat(2_500));
  const many = await run('', { adapter: measuring, sandbox: printing(short, 250) });
  const kept = many.stdout.split('\n');
  const left = kept.find(line => /^… \d+ bytes are left out here …$/.test(line));
  expect(left).toBeDefined();
  expect(kept.filter(line => line !== alphabet)).toEqual([left, '']);
});

it('writes replies while the process runs', async () => {
  const adapter = parrot();
  const asks = {
    ...adapter,
    launch: (request: Parameters<AgentAdapter['launch']>[0]) => ({
      ...adapter.launch(request),
      stdin: null,
    }),
  };
  // With nothing to read, it reads the end at once.
  expect(messages(await run('read answer || echo nothing', { adapter: asks }))).toEqual([
    'nothing',
  ]);
});

it('covers what the repository configures agents with, but for a role that may have it', async () => {
  const adapter = parrot({
    launch: request => ({ ...parrot().launch(request), masks: ['.parrot/'] }),
  });
  const script = 'ls -d .parrot 2>/dev/null || echo none';
  expect(messages(await run(script, { adapter }))).toEqual(['.parrot']);
  const given = await run(script, { adapter, repositoryConfig: true });
  expect(messages(given)).toEqual(['none']);
});

/** Answers each line that it does not know with what policy says of it, and closes after the second. */
const conversing = (script: string) => {
  const adapter = parrot({
    launch: ({ argv }) => ({
      argv,
      env: {},
      homeFiles: {},
      stdin: { first: 'begin\n' },
      masks: [],
      binds: [],
    }),
    reader(request, { write, decide, report, close }) {
      let heard = 0;
      return {
        ...parrot().reader(request, createChannel(null).forReader),
        line(_stream, text) {
          heard += 1;
          if (heard > 2) close();
          else
            void decide(text).then(({ outcome }) => {
              write(`${outcome}\n`);
              report([
                { type: 'message', role: 'user', text: outcome },
                { type: 'tool.allowed', action: 'x', resource: 'x', ruleId: null },
              ]);
            });
          return [{ type: 'message', role: 'assistant', text }];
        },
      };
    },
  });
  const decide = async (asked: unknown): Promise<ActAnswer> => ({
    outcome: asked === 'may I?' ? 'allow' : 'deny',
    ruleId: null,
    reason: '',
  });
  return run(script, { adapter, decide });
};
const TALK = 'read first; echo "may I?"; read a; echo "$a?"; read b; echo "$b!"';

it('converses with the process while it runs: what it asks is decided, and answered', async () => {
  const done = await conversing(`${TALK}; cat; echo over`);
  expect(messages(done)).toEqual(['may I?', 'allow', 'allow?', 'deny', 'deny!', 'over']);
  expect(done.end).toMatchObject({ by: 'exit', exitCode: 0 });
  // What policy said is not the reader's to report.
  expect(done.journal.text()).not.toContain('tool.allowed');
});

it('ends a process that goes on after its conversation is over: that is its end', async () => {
  const done = await conversing(`${TALK}; sleep 300`);
  expect(done.end).toMatchObject({ by: 'exit', exitCode: 0, signal: null });
  expect(done.end.ms).toBeLessThan(60_000);
});

it('an adapter that does not close its journal is a fault of ours', async () => {
  const adapter = parrot();
  const open = {
    ...adapter,
    reader: () => ({ ...adapter.reader(request, createChannel(null).forReader), end: () => [] }),
  };
  await expect(run('true', { adapter: open })).rejects.toThrow(
    'adapter "parrot" did not close its journal',
  );
});

const request = {
  run: 'r',
  instructions: '',
  prompt: '',
  model: null,
  session: null,
  readOnly: false,
  repositoryConfig: false,
  tools: [],
  servers: [],
  outputSchema: null,
  argv: [],
} satisfies AgentRequest;
