/** The heading of a page. The browser shows it as well: in its tab, its history and its bookmarks. */
import { type ReactNode, useEffect } from 'react';

/** `children`: the heading, where it is more than the title alone. */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Gatehouse`;
  }, [title]);
  return <h1>{children ?? title}</h1>;
}
