/** The page is told what has grown, and loads that anew; without a stream it looks every so often. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { API_ROOT } from '../shell/address.ts';
import css from './live.module.css';

/** Lists change with every task: they are asked for once for all that changed meanwhile. */
const LISTS_MS = 1_000;
/** A browser that was refused does not come back by itself. */
const AGAIN_MS = 5_000;
/** A stream that ends is opened anew within a second or so: only what lasts longer is told. */
const LOST_MS = 3_000;
/** While nothing is heard. */
const POLL_MS = 5_000;
/** Hints may be lost even where the stream stands. */
const LOOK_MS = 60_000;

const LISTS = new Set<unknown>(['tasks', 'approvals']);

export function Live() {
  const client = useQueryClient();
  const [heard, setHeard] = useState(true);
  useEffect(() => follow(client, setHeard), [client]);
  useEffect(() => {
    const timer = setInterval(() => void client.invalidateQueries(), heard ? LOOK_MS : POLL_MS);
    return () => clearInterval(timer);
  }, [client, heard]);
  if (heard) return null;
  return (
    <p className={css.note} role="status">
      Reconnecting: what is shown may be some seconds old.
    </p>
  );
}

function follow(client: QueryClient, setHeard: (heard: boolean) => void): () => void {
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let lists: ReturnType<typeof setTimeout> | undefined;
  let lost: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;
  const all = () => void client.invalidateQueries();
  const grown = (id: string) => {
    void client.invalidateQueries({ queryKey: ['task', id] });
    lists ??= setTimeout(() => {
      lists = undefined;
      void client.invalidateQueries({ predicate: ({ queryKey }) => LISTS.has(queryKey[0]) });
    }, LISTS_MS);
  };
  const open = () => {
    const opened = new EventSource(new URL('api/v1/events/stream', API_ROOT));
    source = opened;
    opened.onopen = () => {
      clearTimeout(lost);
      lost = undefined;
      setHeard(true);
      // What happened while nothing was heard is known to nobody here.
      if (wasLost) all();
      wasLost = false;
    };
    opened.onerror = () => {
      wasLost = true;
      lost ??= setTimeout(() => setHeard(false), LOST_MS);
      if (opened.readyState !== EventSource.CLOSED) return;
      opened.close();
      again = setTimeout(open, AGAIN_MS);
    };
    opened.addEventListener('missed', all);
    opened.addEventListener('changed', ({ data }) => {
      const hint: unknown = JSON.parse(String(data));
      if (typeof hint === 'object' && hint !== null && 'id' in hint) grown(String(hint.id));
    });
  };
  open();
  return () => {
    source?.close();
    for (const timer of [again, lists, lost]) clearTimeout(timer);
  };
}
