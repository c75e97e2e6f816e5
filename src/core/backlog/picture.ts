/** A backlog as a picture in Mermaid, which GitHub draws in comments: what needs what, and how each stands. */
import { quoted } from '../graph/graph-picture.ts';
import type { ItemStatus } from './state.ts';

type Drawn = { id: string; title: string; status: ItemStatus; needs: readonly string[] };

const COLORS: Readonly<Record<ItemStatus, string>> = {
  waiting: 'fill:#eaeef2,stroke:#8c959f,color:#1f2328',
  starting: 'fill:#fff8c5,stroke:#bf8700,color:#1f2328',
  running: 'fill:#fff8c5,stroke:#bf8700,color:#1f2328',
  merged: 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  done: 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  failed: 'fill:#ffebe9,stroke:#cf222e,color:#1f2328',
  canceled: 'fill:#f6f8fa,stroke:#8c959f,color:#656d76',
};

export const STATUS_MARKS: Readonly<Record<ItemStatus, string>> = {
  waiting: '…',
  starting: '▶',
  running: '▶',
  merged: '✓',
  done: '✓',
  failed: '✗',
  canceled: '–',
};

/** A label longer than this makes the picture hard to read. */
const LABEL = 40;

/** Titles are foreign: each is one line, without what Mermaid or Markdown reads. */
export function backlogPicture(items: readonly Drawn[]): string {
  const name = (id: string) => `i${items.findIndex(item => item.id === id)}`;
  const label = ({ id, title, status }: Drawn) =>
    `${STATUS_MARKS[status]} ${shown(id)}<br/>${shown(title)}`;
  const used = [...new Set(items.map(({ status }) => status))];
  return [
    'flowchart LR',
    ...items.map(item => `  ${name(item.id)}["${label(item)}"]:::${item.status}`),
    ...items.flatMap(({ id, needs }) => needs.map(need => `  ${name(need)} --> ${name(id)}`)),
    ...used.map(status => `  classDef ${status} ${COLORS[status]}`),
  ].join('\n');
}

function shown(text: string): string {
  const line = text
    .slice(0, LABEL * 8)
    .replace(/[\p{C}\s`]+/gu, ' ')
    .trim();
  const characters = [...line];
  return quoted(characters.length > LABEL ? `${characters.slice(0, LABEL - 1).join('')}…` : line);
}
