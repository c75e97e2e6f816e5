/** The journal of a run: in order, chained, without secrets, and as its published schema says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { AgentEvent, JournalLine } from '../../../../src/core/agent-event.ts';
import { redact } from '../../../../src/core/redaction/redact.ts';
import { createJournal, firstFalseLine } from '../../../../src/engine/attempt/process/journal.ts';
import { journalLines } from '../journal-lines.ts';

const EVENTS: AgentEvent[] = [
  { type: 'session.started', model: null },
  { type: 'message', role: 'assistant', text: 'I look at it.' },
  { type: 'tool.started', callId: 'c1', tool: 'shell', kind: 'command', input: { argv: ['ls'] } },
  { type: 'tool.finished', callId: 'c1', ok: true, exitCode: 0, output: 'README.md\n' },
  {
    type: 'usage',
    scope: 'run',
    usage: { input: 5, cached: 0, cacheWrite: 0, output: 7, reasoning: 0 },
  },
  { type: 'session.finished', status: 'ok', exitCode: 0, signal: null, summary: 'Done.' },
];

function journalOf(events: AgentEvent[], raw: string | null = null) {
  let seconds = 0;
  const journal = createJournal({
    run: 'task-1-author-1-1',
    adapter: 'simulated',
    version: '1',
    session: () => 's1',
    written: () => {},
    redact,
    clock: { now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)) },
  });
  for (const event of events) journal.add([event], raw);
  return journal;
}

const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;

it.each([
  ['two lines', [`the key is ${TOKEN.slice(0, 19)}`, `${TOKEN.slice(19)} as before`]],
  [
    'three lines',
    [`key ${TOKEN.slice(0, 12)}`, `  ${TOKEN.slice(12, 24)}`, `  ${TOKEN.slice(24)}.`],
  ],
  ['lines of five characters', TOKEN.match(/.{1,5}/g) ?? []],
  ['lines of a quotation', (TOKEN.match(/.{1,5}/g) ?? []).map(part => `> ${part}`)],
  ...[8_100, 8_150, 8_192, 12_280].map((before): [string, string[]] => [
    `lines after ${before} characters that could go on as well`,
    [...Array.from({ length: before / 5 }, () => 'word'), ...(TOKEN.match(/.{1,5}/g) ?? [])],
  ]),
])('has no part of a secret that is folded over %s, raw or read', (_, printed) => {
  const told: string[] = [];
  const journal = createJournal({
    run: 'task-1-author-1-1',
    adapter: 'simulated',
    version: '1',
    session: () => null,
    written: line => told.push(line),
    redact,
    clock: { now: () => new Date(0) },
  });
  for (const line of printed)
    journal.add([{ type: 'warning', message: `Not read: ${line}` }], line);
  const text = journal.text();
  for (let at = 4; at < TOKEN.length - 6; at += 1)
    expect(text, `from ${at}`).not.toContain(TOKEN.slice(at, at + 6));
  expect(journalLines(journal)).toHaveLength(printed.length);
  expect(text).toContain('[redacted: part of a secret]');
  expect(told.join('')).toBe(text.replaceAll('\n', ''));
  expect(firstFalseLine(journalLines(journal))).toBeNull();
});

it('hides the rest of a key of which what came before was written already', () => {
  const key = Array.from({ length: 50 }, (_, at) => `MIIE${String(at).padStart(60, 'x7Y')}`);
  const begin = `-----BEGIN ${'PRIVATE'} KEY-----`;
  for (const before of [0, 900, 1_200, 1_500]) {
    const journal = journalOf([], null);
    const printed = [...Array.from({ length: before }, () => 'word'), begin, ...key];
    for (const line of printed) journal.add([{ type: 'warning', message: 'not read' }], line);
    const text = journal.text();
    for (const line of key) expect(text, `${before}`).not.toContain(line);
    expect(journalLines(journal)).toHaveLength(printed.length);
  }
});

it('writes lines that could all go on as they come, and not all of them at the end', () => {
  let told = 0;
  const journal = createJournal({
    run: 'task-1-author-1-1',
    adapter: 'simulated',
    version: '1',
    session: () => null,
    written: () => {
      told += 1;
    },
    redact,
    clock: { now: () => new Date(0) },
  });
  for (let at = 0; at < 5_000; at += 1) journal.add([{ type: 'warning', message: 'same' }], 'same');
  expect(told).toBeGreaterThan(3_000);
  expect(journalLines(journal)).toHaveLength(5_000);
});

it('is told line by line where nothing can go on', () => {
  const told: string[] = [];
  const journal = createJournal({
    run: 'task-1-author-1-1',
    adapter: 'simulated',
    version: '1',
    session: () => null,
    written: line => told.push(line),
    redact,
    clock: { now: () => new Date(0) },
  });
  journal.add([{ type: 'message', role: 'assistant', text: 'a' }], '{"text":"a"}');
  expect(told).toHaveLength(1);
});

describe('a journal', () => {
  it('has each event in its envelope, one line each', () => {
    const journal = journalOf(EVENTS, '{"raw":true}');
    const lines = journalLines(journal);
    expect(lines.map(line => line.event)).toEqual(EVENTS);
    expect(lines.map(line => line.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(lines[0]).toMatchObject({
      v: 1,
      runId: 'task-1-author-1-1',
      ts: '2026-01-01T00:00:00.000Z',
      adapter: 'simulated',
      version: '1',
      sessionId: 's1',
      raw: '{"raw":true}',
    });
  });

  it('is what its published schema says', () => {
    const file = join(import.meta.dirname, '../../../../docs/schemas/journal.v1.json');
    const check = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')));
    for (const line of journalLines(journalOf(EVENTS, ''))) {
      expect([check(line), check.errors]).toEqual([true, null]);
      expect(check({ ...line, more: 1 })).toBe(false);
    }
  });

  it('is empty text before anything is said', () => {
    expect(journalOf([]).text()).toBe('');
    expect(firstFalseLine([])).toBeNull();
  });

  it('keeps no secret, neither in an event nor in the raw line', () => {
    const token = `ghs_${'a'.repeat(36)}`;
    const text = journalOf(
      [
        { type: 'message', role: 'assistant', text: `the token is ${token}` },
        { type: 'tool.started', callId: '1', tool: 'x', kind: 'mcp', input: { deep: [{ token }] } },
      ],
      JSON.stringify({ token }),
    ).text();
    expect(text).not.toContain(token);
    expect(text.match(/\[redacted: GitHub token\]/g)).toHaveLength(4);
  });
});

describe('a journal of a run that reports too much', () => {
  const message = (text: string): AgentEvent => ({ type: 'message', role: 'assistant', text });
  const denied: AgentEvent = { type: 'tool.denied', by: 'policy', ruleId: 'r', reason: 'No.' };
  const end = EVENTS.at(-1);
  if (!end) throw new Error('there is no end');

  it('is cut with a mark, and still has what policy said and how the run ended', () => {
    const flood = Array.from({ length: 12_000 }, (_, at) => message(`${at}`));
    const lines = journalLines(journalOf([...flood, denied, message('late'), end]));
    expect(lines).toHaveLength(10_003);
    expect(lines.slice(-3).map(({ event }) => event)).toEqual([
      { type: 'warning', message: expect.stringMatching(/cut here, after 10000 entries/) },
      denied,
      end,
    ]);
    expect(firstFalseLine(lines)).toBeNull();
  });

  it('reads only the end of a line that is in no entry, where a secret may go on', () => {
    let read = 0;
    const journal = createJournal({
      run: 'task-1-author-1-1',
      adapter: 'simulated',
      version: '1',
      session: () => null,
      written: () => {},
      redact: text => {
        read += text.length;
        return redact(text);
      },
      clock: { now: () => new Date(0) },
    });
    const endless = 'endless '.repeat(500_000);
    for (const printed of [endless, `${endless}${TOKEN.slice(0, 19)}`, TOKEN.slice(19)])
      journal.add([message(`Not read: ${printed.slice(0, 30)}`)], printed);
    const text = journal.text();
    expect(read).toBeLessThan(100_000);
    expect(text.match(/left out here/g)).toHaveLength(2);
    expect(text).not.toContain(TOKEN.slice(19, 30));
  });

  it('is cut by its size as well, and a very long entry is left out by itself', () => {
    const long = Array.from({ length: 40 }, () => message('x'.repeat(500_000)));
    const journal = journalOf([message('y'.repeat(2_000_000)), message('short'), ...long, end]);
    const [first, second, ...rest] = journalLines(journal).map(({ event }) => event);
    expect(first).toMatchObject({
      type: 'warning',
      message: expect.stringMatching(/left out here/),
    });
    expect(second).toEqual(message('short'));
    expect(rest.slice(-2)).toEqual([
      { type: 'warning', message: expect.stringMatching(/The journal is cut here/) },
      end,
    ]);
    expect(journal.text().length).toBeLessThan(9 * 1024 * 1024);
  });
});

describe('the chain', () => {
  const lines = journalLines(journalOf(EVENTS, ''));

  it('holds', () => expect(firstFalseLine(lines)).toBeNull());

  it.each(lines.map((_, index) => index))(
    'names line %i + 1 where any field of it is another',
    at => {
      const line = lines[at];
      if (!line) throw new Error('there is no such line');
      const changes: Partial<JournalLine>[] = [
        ...[{ seq: 99 }, { runId: 'other' }, { ts: '' }, { adapter: 'other' }, { version: '2' }],
        ...[{ sessionId: null }, { raw: null }, { hash: line.hash.replace(/.$/, '!') }],
        { event: { type: 'warning', message: 'nothing happened' } },
      ];
      for (const change of changes)
        expect([change, firstFalseLine(lines.with(at, { ...line, ...change }))]).toEqual([
          change,
          at + 1,
        ]);
    },
  );

  it('names the place of a line that was removed, swapped or put in between', () => {
    const [first, second, third, ...rest] = lines;
    if (!first || !second || !third) throw new Error('there are too few lines');
    expect(firstFalseLine([first, third, ...rest])).toBe(2);
    expect(firstFalseLine([second, first, third, ...rest])).toBe(1);
    expect(firstFalseLine([first, second, second, third, ...rest])).toBe(3);
    expect(firstFalseLine(lines.slice(1))).toBe(1);
  });
});
