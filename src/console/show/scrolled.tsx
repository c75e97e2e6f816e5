/** What may be wider than the page: it is scrolled by itself, with keys as well. */
import type { ReactNode } from 'react';
import css from './scrolled.module.css';

export function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys.
    <section className={css.scrolled} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
