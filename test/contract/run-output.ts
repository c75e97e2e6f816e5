/** The contract of every place where runs say what they do: lines in order, page by page, until they go. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import type { Progress } from '../../src/core/progress.ts';
import type { RunOutput, RunPart } from '../../src/engine/ports/run-output.ts';

const PROGRESS: Progress = {
  adapter: 'simulated',
  version: '1',
  model: null,
  message: '',
  commands: [],
  commandsBefore: 0,
  files: [],
  otherFiles: false,
  usage: NO_USAGE,
};

let tasks = 0;

/** `again`: the same place, as another process opens it. */
export function runOutputContract(
  name: string,
  open: () => Promise<{
    runOutput: RunOutput;
    again(): Promise<{ runOutput: RunOutput; close(): Promise<void> }>;
    close(): Promise<void>;
  }>,
): void {
  describe(`run output: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let elsewhere: Awaited<ReturnType<typeof opened.again>>;
    let runOutput: RunOutput;
    beforeAll(async () => {
      opened = await open();
      elsewhere = await opened.again();
      ({ runOutput } = opened);
    });
    afterAll(async () => {
      await elsewhere.close();
      await opened.close();
    });

    /** Nobody else's. */
    const aPart = (): RunPart => ({ task: `task-${++tasks}`, run: 'author-1-1', part: 0 });
    const say = (part: RunPart, first: number, lines: string[], message = '') =>
      runOutput.add(part, { first, lines, progress: { ...PROGRESS, message } });
    const readAll = async (part: RunPart): Promise<string[]> => {
      const all: string[] = [];
      let after = 0;
      for (;;) {
        const page = await elsewhere.runOutput.read(part, after);
        const last = page.at(-1);
        if (!last) return all;
        expect(page.map(({ seq }) => seq)).toEqual(page.map((_, index) => after + index + 1));
        all.push(...page.map(({ line }) => line));
        after = last.seq;
      }
    };

    test('another process reads the lines in order, as they were said', async () => {
      const part = aPart();
      const lines = ['{"text":"one"}', String.raw`{"text":"\u0000 \n \"'\\ é 😀 {a,b}"}`, '[]', ''];
      await say(part, 1, lines.slice(0, 2));
      await say(part, 3, lines.slice(2));
      expect(await readAll(part)).toEqual(lines);
      const after = await elsewhere.runOutput.read(part, 2);
      expect(after).toEqual([
        { seq: 3, line: '[]' },
        { seq: 4, line: '' },
      ]);
      expect(await elsewhere.runOutput.read(part, 4)).toEqual([]);
    });

    test('a line that is added again stands once', async () => {
      const part = aPart();
      await say(part, 1, ['a', 'b']);
      await say(part, 1, ['a', 'b', 'c']);
      expect(await readAll(part)).toEqual(['a', 'b', 'c']);
    });

    test('of much, a page is bounded in lines and in length', async () => {
      const many = aPart();
      const short = Array.from({ length: 1_200 }, (_, index) => `${index}`);
      await say(many, 1, short);
      expect((await elsewhere.runOutput.read(many, 0)).length).toBeLessThan(1_200);
      expect(await readAll(many)).toEqual(short);

      const long = aPart();
      const lines = Array.from({ length: 4 }, (_, index) => `${index}`.repeat(600_000));
      await say(long, 1, lines);
      expect((await elsewhere.runOutput.read(long, 0)).length).toBeLessThan(4);
      expect(await readAll(long)).toEqual(lines);
    });

    test('each part of a run has lines of its own, and a run the latest summary', async () => {
      const part = aPart();
      await say(part, 1, ['before'], 'I begin');
      await say({ ...part, part: 1 }, 1, ['after'], 'I go on');
      await say({ ...part, run: 'test-1-1' }, 1, ['ran'], 'tests');
      expect(await readAll(part)).toEqual(['before']);
      expect(await readAll({ ...part, part: 1 })).toEqual(['after']);
      const progress = await elsewhere.runOutput.progress(part.task);
      expect([...progress].map(([run, { message }]) => [run, message]).sort()).toEqual([
        ['author-1-1', 'I go on'],
        ['test-1-1', 'tests'],
      ]);
      expect(await elsewhere.runOutput.progress(aPart().task)).toEqual(new Map());
    });

    test('what is dropped is gone, with its summary, and nothing else is', async () => {
      const [part, other] = [aPart(), aPart()];
      const test = { ...part, run: 'test-1-1' };
      for (const each of [part, test, other]) await say(each, 1, ['a']);
      await runOutput.drop({ task: part.task, run: part.run });
      expect(await readAll(part)).toEqual([]);
      expect([...(await elsewhere.runOutput.progress(part.task)).keys()]).toEqual([test.run]);
      await runOutput.drop({ task: part.task });
      expect(await readAll(test)).toEqual([]);
      expect(await readAll(other)).toEqual(['a']);
    });

    test('whoever follows a task is told of what is added and dropped, until it stops', async () => {
      const [part, other] = [aPart(), aPart()];
      let told = Promise.withResolvers<void>();
      let count = 0;
      const following = await elsewhere.runOutput.follow(part.task, () => {
        count += 1;
        told.resolve();
      });
      await say(other, 1, ['of another task']);
      await say(part, 1, ['a']);
      await told.promise;
      expect(count).toBe(1);
      told = Promise.withResolvers();
      await runOutput.drop(part);
      await told.promise;
      expect(count).toBe(2);
      following.stop();
      const late = Promise.withResolvers<void>();
      const after = await elsewhere.runOutput.follow(part.task, late.resolve);
      await say(part, 1, ['b']);
      await late.promise;
      expect(count).toBe(2);
      after.stop();
    });
  });
}
