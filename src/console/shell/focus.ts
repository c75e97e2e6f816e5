/** Where the keyboard stands after what had the focus has gone. */
import { type FocusEvent, useEffect, useRef } from 'react';

/** The content has the focus then, so that the next Tab is on the new page and not at the top again. */
export function useFocusOnNewPage(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    // Whatever still has the focus stands on both pages, such as the navigation.
    if (document.activeElement === document.body) document.getElementById('main')?.focus();
  }, [path]);
}

/** For the element around buttons and fields that go once they were used: it has the focus then, as the page has not. */
export function useKeptFocus() {
  const place = useRef<HTMLDivElement>(null);
  const within = useRef(false);
  // After each change: nothing tells that what has the focus was taken away.
  useEffect(() => {
    if (within.current && document.activeElement === document.body) place.current?.focus();
  });
  return {
    ref: place,
    tabIndex: -1,
    onFocus: () => {
      within.current = true;
    },
    onBlur: ({ relatedTarget, currentTarget }: FocusEvent) => {
      within.current = relatedTarget !== null && currentTarget.contains(relatedTarget);
    },
  };
}
