/**
 * Measures pages of the console in Chromium: what they load, how soon a long task can be used, and for
 * how long a long change keeps the page from answering.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { type Figure, valued } from '../figures/figures.ts';
import { FIGURES_FILE, type PageFigure } from './pages/page-figure.ts';

export const name = 'pages';

/** The site that is looked at is the tests' own, which Vitest sets up. */
export async function measure(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-pages-'));
  const file = join(folder, 'figures.json');
  process.env[FIGURES_FILE] = file;
  try {
    const include = ['test/bench/pages/*.figures.ts'];
    await (await startVitest('test', [], { include, watch: false })).close();
    const figures: PageFigure[] = JSON.parse(await readFile(file, 'utf8'));
    return figures.map(({ what, value, unit, most }) => valued(what, value, unit, { most }));
  } finally {
    await rm(folder, { recursive: true });
  }
}
