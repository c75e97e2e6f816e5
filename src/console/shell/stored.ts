/** What the browser keeps of a person's choices; without storage they last as long as the page. */
import { useSyncExternalStore } from 'react';

const kept = new Map<string, string>();
const listeners = new Set<() => void>();

function read(name: string): string {
  const known = kept.get(name);
  if (known !== undefined) return known;
  let value = '';
  try {
    value = localStorage.getItem(`gatehouse.${name}`) ?? '';
  } catch {
    // Storage may be forbidden.
  }
  kept.set(name, value);
  return value;
}

function write(name: string, value: string): void {
  kept.set(name, value);
  try {
    localStorage.setItem(`gatehouse.${name}`, value);
  } catch {
    // Storage may be forbidden or full.
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The choice of this name, `''` where none was made, and how it is made. */
export function useStored(name: string): [value: string, choose: (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => read(name));
  return [value, next => write(name, next)];
}
