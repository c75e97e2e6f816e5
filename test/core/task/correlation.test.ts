/** What each event is about stands in its correlation: the run, its agent, and the artifact. */
import { describe, expect, it } from 'vitest';
import type { Correlation } from '../../../src/core/actor.ts';
import { correlationOf } from '../../../src/core/task/correlation.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import type { TaskEvent } from '../../../src/core/task/events/events.ts';
import { decided, given, HISTORY, outcomeOf, produced, started, work } from './given.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const file = (name: string, letter: string) => ({ name, digest: digest(letter), bytes: 1 });
const RUN = 'author-1-1';
const AUTHOR = { run: RUN, agent: 'author' };
const admitted = [...HISTORY.reproduced, decided('run.start', 'allow', RUN)];
const working = [...admitted, started(RUN)];

/** Of each type of event that the command leads to, what the last of them is about. */
function about(
  before: TaskCommand[],
  command: TaskCommand,
): Partial<Record<TaskEvent['type'], Correlation>> {
  const { folded } = outcomeOf(...before);
  const { events } = given(...before).when(command);
  return Object.fromEntries(events.map(event => [event.type, correlationOf(folded, event)]));
}

describe('the correlation of an event', () => {
  it('names the role of an agent from the first event of its run to the last', () => {
    const reproduced = HISTORY.reproduced.slice(0, -1);
    const last = HISTORY.reproduced.at(-1);
    if (!last) throw new Error('the history has no command');
    expect(about(reproduced, last)['run.queued']).toEqual(AUTHOR);
    expect(about(admitted, started(RUN))['run.started']).toEqual(AUTHOR);
    const ends = about(working, produced(RUN));
    expect(ends['run.produced']).toMatchObject(AUTHOR);
    expect(ends['run.finished']).toEqual(AUTHOR);
  });

  it('names none for a command of the repository, and no run for the task itself', () => {
    const [created, start] = HISTORY.admitted;
    if (!created || !start) throw new Error('the history has no commands');
    const begins = about([created], start);
    expect(begins['task.admitted']).toEqual({});
    expect(begins['policy.decided']).toEqual({});
    expect(begins['run.queued']).toEqual({ run: 'prepare-1-1' });
  });

  it('names the run of an effect that is about one, and of an approval', () => {
    const fail = (key: string): TaskCommand => ({
      type: 'fail_effect',
      key,
      message: 'away',
      class: 'internal',
      retryable: true,
      retryAfterMs: null,
    });
    const failed = (key: string) => {
      const { folded } = outcomeOf(...admitted);
      const { events } = given(...admitted).when(fail(key), { effectKey: key });
      return events.map(event => correlationOf(folded, event));
    };
    expect(failed(`attempt:${RUN}`)).toEqual([AUTHOR]);
    expect(failed('show:comment')).toEqual([{}]);
    const [approve] = HISTORY.approved.slice(HISTORY.waiting.length);
    const granted = approve && about(HISTORY.waiting, approve);
    expect(granted?.['approval.granted']).toEqual({ run: 'merge-1-1' });
  });

  it('names the artifact by its digest: of several the journal', () => {
    const stored = (artifacts: ReturnType<typeof file>[]) => {
      const command = produced(RUN, { journal: digest('b') });
      if (command.type !== 'produce') throw new Error('it is another command');
      return about(working, { ...command, artifacts });
    };
    const [output, journal] = [file('stdout.log', 'a'), file('journal.jsonl', 'b')];
    const both = stored([output, journal]);
    expect(both['artifact.stored']).toEqual({ ...AUTHOR, artifact: digest('b') });
    expect(both['run.produced']).toEqual({ ...AUTHOR, artifact: digest('b') });
    expect(stored([output])['artifact.stored']?.artifact).toBe(digest('a'));
  });

  it('names the change that is judged, and that is pushed', () => {
    const { change } = work('b');
    const judging = [...working, produced(RUN, { work: work('b') })];
    const accept = about(judging, decided('patch.accept', 'allow', RUN));
    expect(accept['policy.decided']).toEqual({ ...AUTHOR, artifact: change });
    const publishing = [...HISTORY.reviewed, decided('run.start', 'allow', 'publish-1-1')];
    const push = about(publishing, decided('branch.push', 'allow', 'publish-1-1'));
    expect(push['policy.decided']).toEqual({ run: 'publish-1-1', artifact: change });
  });
});
