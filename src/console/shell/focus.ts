/** Where the keyboard stands after a page was left whose link or button had the focus. */
import { useEffect, useRef } from 'react';

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
