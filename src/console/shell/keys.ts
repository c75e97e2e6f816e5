/** Keyboard shortcuts: one listener for the page, and a table from which the help is made. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useStored } from './stored.ts';

/** `keys`: one key, or two with a blank between them that are pressed one after the other. */
type Shortcut = { keys: string; says: string; run: () => void };

/** How long the second key of two is waited for. */
const SECOND_KEY_MS = 1_500;
const TYPING = 'input, textarea, select, [contenteditable="true"]';

let groups: readonly (readonly Shortcut[])[] = [];
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What is pressed works while the component is shown; a later one takes a key before an earlier one. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = shortcuts.map(({ keys, says }) => `${keys}\n${says}`).join('\n');
  useEffect(() => {
    const group = names.split('\n').flatMap((keys, index, all) => {
      const says = all[index + 1];
      if (index % 2 === 1 || says === undefined) return [];
      return [{ keys, says, run: () => latest.current[index / 2]?.run() }];
    });
    groups = [...groups, group];
    tell();
    return () => {
      groups = groups.filter(other => other !== group);
      tell();
    };
  }, [names]);
}

/** All that work now. */
export const useAllShortcuts = (): readonly Shortcut[] =>
  useSyncExternalStore(subscribe, () => groups).flat();

/** Whether single keys do anything, as a person may switch off (WCAG 2.1.4), and the switch. */
export function useSingleKeys(): [on: boolean, set: (on: boolean) => void] {
  const [stored, store] = useStored('single-keys');
  return [stored !== 'off', on => store(on ? '' : 'off')];
}

/** Listens for the whole page; the shell calls it once. */
export function useKeyboard(): void {
  const [on] = useSingleKeys();
  useEffect(() => {
    if (!on) return;
    let first: { key: string; at: number } | null = null;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const { target } = event;
      if (target instanceof Element && target.closest(TYPING)) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const known = groups.flat();
      const both = first && event.timeStamp - first.at < SECOND_KEY_MS ? `${first.key} ` : '';
      const found = known.findLast(({ keys }) => keys === both + event.key);
      first = known.some(({ keys }) => keys.startsWith(`${event.key} `))
        ? { key: event.key, at: event.timeStamp }
        : null;
      if (found === undefined) return;
      first = null;
      event.preventDefault();
      found.run();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [on]);
}

/** Moves the focus to the next or previous element that is marked with `data-row`. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const now = rows.findIndex(row => row.contains(document.activeElement));
  const next = now === -1 ? (by === 1 ? 0 : rows.length - 1) : now + by;
  rows[next]?.focus();
}
