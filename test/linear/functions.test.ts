/**
 * Every function whose comment says `@foreign` reads text from outside: it is fed with one and two
 * megabytes of what its own patterns and texts are made of, and takes time in proportion.
 *
 *   LINEAR_WHOLE=1 npm test -- test/linear/functions.test.ts    with all of that, and more of it whole
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { threadTime } from '../thread-time.ts';
import { type Declared, type DeclaredFunction, declared } from './declared.ts';
import { callsOf } from './feed.ts';
import { type Pump, pumped, pumpsOf } from './fragments.ts';

const MEGABYTE = 1 << 20;
/** The most that reaches a function where that is less than two megabytes, with the reason. */
const MOST_CHARACTERS: Record<string, number> = {
  // The most that GitHub takes as a comment, behind which nothing is read.
  'src/adapters/github/triggers/closing-tags.ts withoutEnds': 1 << 16,
  // A file of more than 256 KiB is not read.
  'src/patch/weakened-tests.ts inspectTests': 1 << 18,
  'src/patch/suite/read-forms.ts readForms': 1 << 18,
  'src/patch/hidden-text.ts inspectHiddenText': 1 << 18,
  // The last mebibyte of what a command says is read.
  'src/toolchain/output/problems.ts problemsIn': 1 << 20,
};
const MOST_MS = 500;
/** What `reference` takes on the machine on which the limit holds; on a slower one it is wider. */
const REFERENCE_MS = 50;
/** Of the whole text, beside half of it. What takes less than this is too short to compare. */
const MOST_RATIO = 2.5;
const COMPARED_MS = 200;
/** How often what seems too slow is measured. */
const LOOKS = 4;

const ALL = process.env.LINEAR_WHOLE === '1';
/** So much of a text shows which are slowest; only those are tried whole. */
const PART = 1 / 64;
/** Units that are compared each with each are few in a shorter text. */
const NUMBERED_PART = 1 / 8;
/** Of either kind of text: repeated and numbered. */
const TRIED_WHOLE = ALL ? 5 : 1;
/** Of a module with more, one of so many is tried: each pattern is tried by itself in `patterns.test.ts`. */
const MOST_PUMPS = ALL ? Number.POSITIVE_INFINITY : 12;
/** Only what hangs meets it. */
const TIMEOUT_MS = ALL ? 1_200_000 : 300_000;

const ROOT = join(import.meta.dirname, '../..');
const modules = declared();
const foreign = modules.flatMap(({ functions }) => functions.filter(({ isForeign }) => isForeign));

const nameOf = ({ file, name }: DeclaredFunction): string => `${file} ${name}`;

test.each(foreign.map(one => [nameOf(one), one] as const))(
  '%s',
  { timeout: TIMEOUT_MS },
  async (name, one) => {
    const loaded = (await import(join(ROOT, one.file))) as Record<string, unknown>;
    const half = (MOST_CHARACTERS[name] ?? 2 * MEGABYTE) / 2;
    const callsWith = (pump: Pump, size: number) =>
      callsOf(one, loaded[one.name], pumped(pump, size));
    const slowestOf = (pumps: Pump[], part: number) =>
      pumps
        .flatMap(pump => {
          const calls = callsWith(pump, half * part);
          if (calls === null) throw new Error('test/linear/feed.ts does not say how it is called');
          return calls.map((call, at) => ({ pump, at, took: threadTime(call) }));
        })
        .sort((a, b) => b.took - a.took)
        .slice(0, TRIED_WHOLE);
    const faults: string[] = [];
    for (const { pump, at, took } of [
      ...slowestOf(pumpsFor(one), PART),
      ...slowestOf(ALL || COMPARES.test(name) ? NUMBERED : [], NUMBERED_PART),
    ]) {
      const timeAt = (size: number) => threadTime(() => callsWith(pump, size)?.[at]?.());
      let fault = took > MOST_MS ? 'a part is slow' : faultOf(half, MOST_MS, timeAt);
      // Further looks tell what is slow from what was disturbed, such as by memory that was being freed.
      for (let look = 1; took <= MOST_MS && fault !== null && look < LOOKS; look++) {
        await setImmediate();
        fault = faultOf(half, MOST_MS * slowness(), timeAt);
      }
      if (fault !== null) faults.push(`${JSON.stringify(pump)} (${at}): ${fault}`);
    }
    expect(faults).toEqual([]);
  },
);

/**
 * What is short needs no second count: other work on the machine only ever makes it longer. The half that
 * the whole is compared with is the shorter of two.
 */
function faultOf(half: number, mostMs: number, timeAt: (size: number) => number): string | null {
  // Nothing can interrupt a function: what is slow is told before it is fed with more.
  for (const part of [half / 16, half / 4]) {
    const took = timeAt(part);
    if (took > mostMs) return `${part} characters take ${took.toFixed(0)} ms`;
  }
  const first = timeAt(half);
  if (first < COMPARED_MS) return null;
  const one = Math.min(first, timeAt(half));
  const said = `${half} characters take ${one.toFixed(0)} ms`;
  if (one > mostMs) return said;
  const most = MOST_RATIO * one;
  const twice = timeAt(2 * half);
  const two = twice > most ? Math.min(twice, timeAt(2 * half)) : twice;
  return two > most ? `${said}, twice as many ${two.toFixed(0)} ms` : null;
}

/** How much slower the machine is at this moment than the one on which the limit holds. */
function slowness(): number {
  const measured = Math.min(threadTime(reference), threadTime(reference));
  return Math.max(1, measured / REFERENCE_MS);
}

/** Work like that of the functions: a pattern over a text of a megabyte, in whose every second place it is found. */
function reference(): string[] {
  const parts: string[] = [];
  let read = 0;
  for (const { index, 0: found } of REFERENCE_TEXT.matchAll(/(\n)[ \t]*|\p{Cf}+/gu)) {
    parts.push(REFERENCE_TEXT.slice(read, index));
    read = index + found.length;
  }
  return parts;
}
const REFERENCE_TEXT = 'a\n'.repeat(MEGABYTE / 2);

/** Of its own module; where that has no pattern, of those that it imports for theirs. */
function pumpsFor({ file }: DeclaredFunction): Pump[] {
  const own = modules.find(module => module.file === file);
  const near = modules.filter(module => own?.imports.includes(module.file));
  const of = own && own.patterns.length > 0 ? [own] : [...(own ? [own] : []), ...near];
  const pumps = of.flatMap(pumpsIn);
  const each = [...new Map(pumps.map(pump => [JSON.stringify(pump), pump])).values()];
  const step = Math.max(1, Math.ceil(each.length / MOST_PUMPS));
  return each.filter((_, at) => at % step === 0);
}

const GENERIC = ['a', ' ', '\n', '\\', '"', '\u200b', '\u001b[', '(', '[', '{', 'a\n', '`', '<'];

/** Where units are compared each with each. */
const COMPARES = /^src\/(patch|toolchain)\//;
/** Many units, each of which is another one. */
const NUMBERED: Pump[] = [
  '#\n',
  'a# ',
  '"a#": "b#",\n',
  '<a# b="#">\n',
  '[a#]: b#\n[a#] ',
  '@@ -#,1 +#,1 @@\n',
  `expect(f(${Array.from({ length: 30 }, (_, at) => `'${at.toString(36)}'`)}, '#')).toBe(1);\n`,
].map(repeated => ({ before: '', repeated, after: '', isNumbered: true }));

function pumpsIn({ patterns, texts }: Declared): Pump[] {
  return [
    ...patterns.flatMap(pumpsOf),
    ...[...GENERIC, ...texts.filter(text => text.length > 1 && text.length < 40)].map(repeated => ({
      before: '',
      repeated,
      after: '',
    })),
  ];
}

/** Rooms in which text from outside is read. */
const READING =
  /^src\/(core|patch|toolchain|engine\/attempt|engine\/policies|adapters\/(agents|workspace|github\/(shown-text|surfaces|triggers)))\//;
const TEXTS = new Set('text output line lines body message answer log stderr source'.split(' '));
const TYPES = new Set(['TreeEntry', 'Change', "Pick<TreeEntry, 'text'>"]);
/** Texts that are ours, or that other limits hold back, each with the reason. */
const NOT_FOREIGN: Record<string, string> = {
  'src/adapters/agents/profiles.ts parseProfile': 'the operator writes profiles',
  'src/adapters/agents/api/program/output.ts shortened': 'it runs in the sandbox of the run',
  'src/adapters/github/surfaces/pull.ts placeSection':
    'GitHub holds a body back at 65,536 characters',
  'src/adapters/github/triggers/bounded-markdown.ts boundedEvents':
    'it counts its work, and stops at a bound',
  'src/adapters/github/triggers/find-commands.ts findCommands':
    'it runs in a thread with a limit of time',
  'src/adapters/github/triggers/markdown-text.ts readMarkdown':
    'it runs in a thread with a limit of time',
  'src/adapters/github/triggers/read-commands.ts readCommands':
    'it runs in a thread with a limit of time',
  'src/adapters/github/shown-text/read-shown.ts readShown':
    'it runs in a thread with a limit of time',
  'src/adapters/github/shown-text/shown-markdown.ts shownMarkdown':
    'it runs in a thread with a limit of time',
  'src/adapters/github/shown-text/markdown-span.ts without':
    'it runs in a thread with a limit of time',
  'src/core/change.ts sizeOf': 'it reads no text',
  'src/core/repository-config/environment.ts filled': 'the configuration bounds its addresses',
  'src/core/handover/change-report.ts changeReport': 'it reads no text',
  'src/core/host-name.ts hostName': 'it refuses more than a thousand characters',
  'src/core/host-name.ts hostGrant': 'it looks for one colon, and hostName reads the rest',
  'src/engine/attempt/reading/documents.ts summaryIn':
    'it reads a document that was checked and bounded',
  'src/engine/attempt/redaction/split-secrets.ts mayGoOn': 'it reads eight characters',
  'src/core/text/first-part.ts firstPart': 'it reads 4,096 characters',
  'src/core/text/last-part.ts lastPart': 'it reads 4,096 characters',
  'src/core/text/with-stop.ts withStop': 'it looks at the last two characters',
  'src/engine/attempt/redaction/redact-deltas.ts redactDeltas':
    'redactSplit has joined, which it calls',
  'src/engine/attempt/redaction/redact-in-slices.ts redactInSlices':
    'secretsIn has joined, which it calls',
  'src/engine/policies/kept-set.ts keptSet': 'it is the text of policies that we kept',
  'src/patch/file-modes.ts inspectMode': 'it reads no text',
  'src/patch/inspect-change.ts inspectChange': 'each of its parts has joined',
  'src/patch/names.ts inspectNames': 'findSecrets has joined, which reads the names',
  'src/patch/size.ts inspectSize': 'it reads no text',
  'src/patch/size.ts inspectFileSize': 'it reads no text',
  'src/patch/suite/suite.ts valueToken': 'it joins two texts',
  'src/patch/suite/suite.ts namedValueToken': 'it joins two texts',
};

test('every function that reads a text from outside has joined', () => {
  const missing = modules
    .filter(({ file }) => READING.test(file))
    .flatMap(({ functions }) => functions)
    .filter(({ isForeign, parameters: [first] }) => {
      if (isForeign || !first) return false;
      const isText = /^(readonly )?string(\[\])?( \| null)?$/.test(first.type);
      return TYPES.has(first.type) || (isText && TEXTS.has(first.name));
    })
    .map(({ file, name }) => `${file} ${name}`)
    .filter(name => !(name in NOT_FOREIGN));
  expect(missing).toEqual([]);
});
