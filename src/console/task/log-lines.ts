/** The lines of a run, as its stream sends them: each once, however often the stream was cut. */
import { useEffect, useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { followStream } from '../live/follow-stream.ts';
import { API_ROOT } from '../shell/address.ts';

export type LogRow = {
  /** The id of what was said, and which of its lines it is. */
  id: string;
  at: string | null;
  type: string;
  text: string;
  /** The same with the colours that a program gave it. */
  coloured: string | null;
};

/** More are in the file. */
export const MOST_ROWS = 50_000;
/** Lines come one by one and are shown together. */
const SHOW_MS = 100;

export type LogState = {
  rows: LogRow[];
  /** `cut`: there are more than are shown. */
  state: 'reading' | 'reconnecting' | 'ended' | 'refused' | 'cut';
};

/** `part.seq`: what comes later is greater in one of the two. */
const isAfter = (id: string, last: string): boolean => {
  const [part = 0, seq = 0] = id.split('.').map(Number);
  const [lastPart = 0, lastSeq = 0] = last.split('.').map(Number);
  return part > lastPart || (part === lastPart && seq > lastSeq);
};

function rowsOf(data: string): LogRow[] {
  const { id, at, type, words, coloured }: FromApi<'LogLine'> = JSON.parse(data);
  return words.map((text, index) => ({
    id: index === 0 ? id : `${id}.${index}`,
    at,
    type,
    text,
    coloured: coloured?.[index] ?? null,
  }));
}

/** `after`: the id of the last line that was read. A browser names it by itself only where it comes back by itself. */
function addressOf(task: string, run: string, after: string): URL {
  const path = `api/v1/tasks/${encodeURIComponent(task)}/runs/${encodeURIComponent(run)}/log/stream`;
  const address = new URL(path, API_ROOT);
  address.searchParams.set('after', after);
  return address;
}

export function useLogLines(task: string, run: string): LogState {
  const [shown, setShown] = useState<LogState>({ rows: [], state: 'reading' });
  useEffect(() => {
    const rows: LogRow[] = [];
    let last = '0.0';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (state: LogState['state']) => {
      clearTimeout(timer);
      timer = undefined;
      setShown({ rows: [...rows], state });
    };
    const end = (state: LogState['state']) => {
      leave();
      show(state);
    };
    const listen = (source: EventSource) => {
      source.addEventListener('line', ({ data, lastEventId }) => {
        // What was read before the connection ended may come once more, and is passed over.
        if (!isAfter(lastEventId, last)) return;
        last = lastEventId;
        for (const row of rowsOf(data)) rows.push(row);
        if (rows.length >= MOST_ROWS) end('cut');
        else timer ??= setTimeout(() => show('reading'), SHOW_MS);
      });
      source.addEventListener('end', () => end('ended'));
      source.addEventListener('open', () => (timer ??= setTimeout(() => show('reading'), SHOW_MS)));
      source.addEventListener('error', () =>
        show(source.readyState === EventSource.CLOSED ? 'refused' : 'reconnecting'),
      );
    };
    const leave = followStream(() => addressOf(task, run, last), listen, document);
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [task, run]);
  return shown;
}
