/** Every event of the log is verified, while the page says how far that is. */
import { Button } from '@primer/react';
import { useEffect, useRef, useState } from 'react';
import { api, type FromApi } from '../api/client.ts';
import { eachLine } from '../api/each-line.ts';
import { ApiProblem, problemOf } from '../api/problem.ts';
import { counted } from '../show/count.ts';
import { Refused } from '../states/refused.tsx';
import css from './audit.module.css';

type VerifyNews = FromApi<'VerifyNews'>;
type Fault = Extract<VerifyNews, { kind: 'fault' }>;
/** `last`: how far it is, or the outcome. */
type Verified = { faults: Fault[]; last: Exclude<VerifyNews, Fault> | null };

const NOTHING: Verified = { faults: [], last: null };
/** Of more streams that are wrong, the first. */
const MOST_FAULTS = 100;

export function VerifyLog() {
  const [verified, setVerified] = useState<Verified>(NOTHING);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [running, setRunning] = useState(false);
  const latest = useRef<AbortController | null>(null);
  useEffect(() => () => latest.current?.abort(), []);
  const start = async () => {
    const asked = new AbortController();
    latest.current = asked;
    setVerified(NOTHING);
    setProblem(null);
    setRunning(true);
    try {
      const ended = await verifyAll(
        news => setVerified(before => added(before, news)),
        asked.signal,
      );
      if (!ended) setProblem(CUT);
    } catch (error) {
      if (asked.signal.aborted) return;
      // Nothing asks for it again by itself.
      setProblem(error instanceof ApiProblem && error.status > 0 ? error : CUT);
    } finally {
      setRunning(false);
    }
  };
  return (
    <>
      <div className={css.buttons}>
        <Button loading={running} onClick={() => void start()}>
          Verify every event
        </Button>
        {running && <Button onClick={() => latest.current?.abort()}>Stop</Button>}
      </div>
      <Refused error={problem} />
      <Outcome verified={verified} />
    </>
  );
}

function Outcome({ verified: { faults, last } }: { verified: Verified }) {
  return (
    <>
      <p role="status">{last && inWords(last)}</p>
      {faults.length > 0 && (
        <div className={css.fault} role="alert">
          <ul className={css.found}>
            {faults.slice(0, MOST_FAULTS).map(({ stream, problem }) => (
              <li key={stream}>
                <code>{stream}</code>: {problem}
              </li>
            ))}
          </ul>
          {faults.length > MOST_FAULTS && <p>{faults.length - MOST_FAULTS} more are not listed.</p>}
          Compare with an export from before, and look who can write to the database.
        </div>
      )}
    </>
  );
}

function inWords(last: NonNullable<Verified['last']>): string {
  const seen = `${counted(last.events, 'event')} of ${counted(last.streams, 'stream')}`;
  if (last.kind === 'progress') return `Verified so far: ${seen}.`;
  return last.ok
    ? `Yes: ${seen}, and each is what was written.`
    : `No: ${counted(last.bad, 'stream')} of ${last.streams} are not what was written.`;
}

const added = ({ faults, last }: Verified, news: VerifyNews): Verified =>
  news.kind === 'fault' ? { faults: [...faults, news], last } : { faults, last: news };

/** The answer ended without its last line, or none came. */
const CUT = new ApiProblem({
  status: 0,
  code: 'cut',
  message: 'The connection ended before everything was verified.',
  next: 'Verify it again.',
});

/** False: the answer ended before the outcome came. */
async function verifyAll(told: (news: VerifyNews) => void, signal: AbortSignal): Promise<boolean> {
  const { response, error } = await api.GET('/api/v1/audit/verify', { parseAs: 'stream', signal });
  if (error || !response.ok) throw problemOf(error, response);
  let ended = false;
  if (response.body !== null)
    await eachLine<VerifyNews>(response.body, news => {
      ended ||= news.kind === 'end';
      told(news);
    });
  return ended;
}
