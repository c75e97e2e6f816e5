/** A draft of one file, pasted: its faults, its tests, and which past decisions it would flip. */
import { Button, FormControl, Textarea } from '@primer/react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem, unreachable } from '../api/problem.ts';
import page from '../show/page.module.css';
import { Refused } from '../states/refused.tsx';
import { type TrialNews, type TriedPolicy, tryDraft } from './trial.ts';
import { TrialResult } from './trial-result.tsx';

export const OWN = '.github/gatehouse.cedar';

/** The text of the file, and rows of tests. */
export type TrialDraft = { text: string; tests: string };
type Tried = { repository: number; file: string };

/** `draft`: what stands there at first; `keep` is told each change of it. */
export function TrialForm(given: Tried & { draft: TrialDraft; keep: (draft: TrialDraft) => void }) {
  const { draft, keep, ...tried } = given;
  const [news, setNews] = useState<TrialNews[]>([]);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const latest = useRef<AbortController | null>(null);
  useEffect(() => () => latest.current?.abort(), []);
  const start = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const policy = policyOf(tried, writtenIn(event.currentTarget));
    const trial = new AbortController();
    latest.current = trial;
    setNews([]);
    setProblem(null);
    setRunning(trial);
    try {
      await tryDraft(policy, each => setNews(before => [...before, each]), trial.signal);
    } catch (error) {
      if (!trial.signal.aborted)
        setProblem(error instanceof ApiProblem ? error : unreachable('POST'));
    } finally {
      setRunning(null);
    }
  };
  return (
    <>
      <p>
        See its faults, what its tests say, and which past decisions would have come out
        differently. Nothing is changed by trying.
      </p>
      <form
        className={page.stacked}
        onSubmit={start}
        onChange={event => keep(writtenIn(event.currentTarget))}
      >
        <FormControl>
          <FormControl.Label>Draft</FormControl.Label>
          <Textarea name="text" rows={12} className={page.area} defaultValue={draft.text} />
        </FormControl>
        <FormControl>
          <FormControl.Label>Tests</FormControl.Label>
          <Textarea name="tests" rows={4} className={page.area} defaultValue={draft.tests} />
          <FormControl.Caption>
            Rows as in the files <code>*.test.yml</code> beside the policies; it may be left empty.
          </FormControl.Caption>
        </FormControl>
        <div className={page.chosen}>
          <Button type="submit" disabled={running !== null}>
            Try it
          </Button>
          {running && <Button onClick={() => running.abort()}>Cancel</Button>}
        </div>
      </form>
      <Refused error={problem} />
      <TrialResult news={news} running={running !== null} />
    </>
  );
}

function writtenIn(form: HTMLFormElement): TrialDraft {
  const given = new FormData(form);
  return { text: String(given.get('text') ?? ''), tests: String(given.get('tests') ?? '') };
}

function policyOf({ repository, file }: Tried, { text, tests }: TrialDraft): TriedPolicy {
  const table = tests.trim() === '' ? null : tests;
  return file === OWN
    ? { of: 'repository', repository, policy: text, tests: table }
    : { of: 'deployment', files: [{ name: file, text }], tests: table };
}
