/** A draft of one file, pasted: its faults, its tests, and which past decisions it would flip. */
import { Button, FormControl, Textarea } from '@primer/react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem, unreachable } from '../api/problem.ts';
import page from '../show/page.module.css';
import { Refused } from '../states/refused.tsx';
import { type TrialNews, type TriedPolicy, tryDraft } from './trial.ts';
import { TrialResult } from './trial-result.tsx';

export const OWN = '.github/gatehouse.cedar';

/** `text`: the file as it is. */
type Tried = { repository: number; file: string; text: string };

export function TrialForm(tried: Tried) {
  const [news, setNews] = useState<TrialNews[]>([]);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const latest = useRef<AbortController | null>(null);
  useEffect(() => () => latest.current?.abort(), []);
  const start = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const draft = draftOf(tried, {
      text: String(given.get('text') ?? ''),
      tests: String(given.get('tests') ?? ''),
    });
    const trial = new AbortController();
    latest.current = trial;
    setNews([]);
    setProblem(null);
    setRunning(trial);
    try {
      await tryDraft(draft, each => setNews(before => [...before, each]), trial.signal);
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
      <form className={page.stacked} onSubmit={start}>
        <FormControl>
          <FormControl.Label>Draft</FormControl.Label>
          <Textarea name="text" rows={12} className={page.area} defaultValue={tried.text} />
        </FormControl>
        <FormControl>
          <FormControl.Label>Tests</FormControl.Label>
          <Textarea name="tests" rows={4} className={page.area} />
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

function draftOf(
  { repository, file }: Tried,
  { text, tests }: { text: string; tests: string },
): TriedPolicy {
  const table = tests.trim() === '' ? null : tests;
  return file === OWN
    ? { of: 'repository', repository, policy: text, tests: table }
    : { of: 'deployment', files: [{ name: file, text }], tests: table };
}
