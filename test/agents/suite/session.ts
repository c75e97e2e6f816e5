/** A session that goes on in another process: after an answer of a person, or a further round of work. */
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runAgent } from '../run-agent.ts';
import { costOf, type Subject } from '../suite.ts';

const UNKNOWN = '01a1fac7-75e1-7902-acd7-87cf11842e1f';
/** Said by nobody else: where it stands in a later request, the conversation was continued. */
const REMEMBERED = 'The number to remember is 8271.';

export function sessionCases({ agent, lacks }: Subject): void {
  const why = () => (agent().adapter.capabilities.resume ? null : 'it keeps no session');

  test('goes on with its session in a process of its own', async ({ skip }) => {
    skip(why() !== null, why() ?? '');
    const first = await runAgent(agent(), {
      request: { prompt: REMEMBERED },
      model: { turns: [{ shell: 'echo 1 > one' }, { say: 'I remember.' }] },
    });
    expect(first.finished.status).toBe('ok');
    expect(first.session).not.toBeNull();
    const second = await runAgent(agent(), {
      after: first,
      request: { prompt: 'What was the number?' },
      model: { turns: [{ shell: 'echo 2 > two' }, { say: 'It was 8271.' }] },
    });
    expect(second.finished).toMatchObject({ status: 'ok', summary: 'It was 8271.' });
    expect(second.session).toBe(first.session);
    expect((await readdir(second.folder)).sort()).toEqual(['README.md', 'one', 'two']);
    for (const { text } of second.requests) expect(text).toContain(REMEMBERED);
    // The second run costs what it called itself.
    expect(second.report.usage).toEqual(costOf(second.requests.length, agent().dialect));
  });

  test('waits for a person without a process, and goes on with the answer', async ({ skip }) => {
    const cant = why() ?? lacks('asking');
    skip(cant !== null, cant ?? '');
    const stop = new AbortController();
    const first = await runAgent(agent(), {
      request: { prompt: REMEMBERED },
      model: { turns: [{ shell: 'touch made' }, { say: 'never' }] },
      // As the engine does: nothing is answered, and the process is ended.
      decide() {
        stop.abort();
        return new Promise(() => {});
      },
      signal: () => stop.signal,
    });
    expect(first.end.by).toBe('aborted');
    expect(first.finished.status).toBe('cancelled');
    expect(first.asked).toHaveLength(1);
    expect(first.session).not.toBeNull();
    expect(await readdir(first.folder)).toEqual(['README.md']);

    const second = await runAgent(agent(), {
      after: first,
      request: { prompt: 'A maintainer has answered: ask again.' },
      model: { turns: [{ shell: 'touch made' }, { say: 'It is made.' }] },
    });
    expect(second.finished).toMatchObject({ status: 'ok', summary: 'It is made.' });
    expect(second.asked).toHaveLength(1);
    expect((await readdir(second.folder)).sort()).toEqual(['README.md', 'made']);
    for (const { text } of second.requests) expect(text).toContain(REMEMBERED);
  });

  test('a session that is not there is told, at no cost', async ({ skip }) => {
    skip(why() !== null, why() ?? '');
    const run = await runAgent(agent(), {
      request: { session: UNKNOWN },
      model: { turns: [{ say: 'never' }] },
    });
    expect(run.finished.status).toBe('failed');
    expect(run.error).toMatchObject({ class: 'session_unknown', fatal: true });
    expect(run.report.modelRequests).toBe(0);
  });
}
