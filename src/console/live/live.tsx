/** Keeps a page up to date: the server names what has changed, and without a connection the page polls. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { API_ROOT } from '../shell/address.ts';
import { followStream } from './follow-stream.ts';
import css from './live.module.css';
import { reload } from './reload.ts';

/** Lists change with every task, so they are reloaded at most once in this time. */
const LISTS_MS = 1_000;
/** A stream that ends is usually open again within a second; only longer losses are shown. */
const LOST_MS = 3_000;
/** How often a page polls without a connection. */
const POLL_MS = 5_000;
/** How often it polls with one, because hints can be lost. */
const LOOK_MS = 60_000;

const LISTS = new Set<unknown>(['tasks', 'approvals', 'backlogs', 'backlog', 'repositories']);

export function Live() {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  useEffect(() => follow(client, setConnected), [client]);
  useEffect(() => {
    const timer = setInterval(() => reload(client), connected ? LOOK_MS : POLL_MS);
    return () => clearInterval(timer);
  }, [client, connected]);
  if (connected) return null;
  return (
    <p className={css.note} role="status">
      Reconnecting: what is shown may be some seconds old.
    </p>
  );
}

function follow(client: QueryClient, setConnected: (connected: boolean) => void): () => void {
  let lists: ReturnType<typeof setTimeout> | undefined;
  let lost: ReturnType<typeof setTimeout> | undefined;
  // A page that nobody sees is told nothing.
  let wasLost = document.visibilityState !== 'visible';
  let listened = false;
  const all = () => reload(client);
  const grown = (id: string) => {
    reload(client, { queryKey: ['task', id] });
    lists ??= setTimeout(() => {
      lists = undefined;
      reload(client, { predicate: ({ queryKey }) => LISTS.has(queryKey[0]) });
    }, LISTS_MS);
  };
  const listen = (opened: EventSource) => {
    wasLost ||= listened;
    listened = true;
    opened.onopen = () => {
      clearTimeout(lost);
      lost = undefined;
      setConnected(true);
      // Changes during the loss were not reported, so everything is reloaded.
      if (wasLost) all();
      wasLost = false;
    };
    opened.onerror = () => {
      wasLost = true;
      lost ??= setTimeout(() => setConnected(false), LOST_MS);
    };
    opened.addEventListener('missed', all);
    opened.addEventListener('changed', ({ data }) => {
      const hint: unknown = JSON.parse(String(data));
      if (typeof hint === 'object' && hint !== null && 'id' in hint) grown(String(hint.id));
    });
  };
  const leave = followStream(() => new URL('api/v1/events/stream', API_ROOT), listen, document);
  return () => {
    leave();
    for (const timer of [lists, lost]) clearTimeout(timer);
  };
}
