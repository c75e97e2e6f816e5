/**
 * Draws what people see on GitHub and in the console: `npm run pictures` writes `docs/pictures/`. The
 * surfaces are ours, rendered as GitHub renders them, in Chromium.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { startVitest } from 'vitest/node';
import { findChromium } from '../console/find-chromium.ts';
import { readOptions } from '../figures/options.ts';
import { face } from '../simulator/pages/frame.ts';
import { document, html } from '../simulator/pages/html.ts';
import { markdown } from '../simulator/pages/markdown.ts';
import { PICTURES, type Picture } from './pictures.ts';

readOptions(import.meta.filename, {});

const WIDTH = 860;
const FOLDER = join(import.meta.dirname, '../../docs/pictures');

const { file, libraries } = await findChromium();
const work = await mkdtemp(join(tmpdir(), 'gatehouse-pictures-'));
await mkdir(FOLDER, { recursive: true });
for (const picture of PICTURES) {
  const page = join(work, `${picture.name}.html`);
  await writeFile(page, pageOf(picture));
  await execa(
    file,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
      `--user-data-dir=${join(work, 'profile')}`,
      `--window-size=${WIDTH},${picture.height}`,
      `--screenshot=${join(FOLDER, `${picture.name}.png`)}`,
      pathToFileURL(page).href,
    ],
    { stdio: 'ignore', env: libraries === '' ? {} : { LD_LIBRARY_PATH: libraries } },
  );
  process.stdout.write(`docs/pictures/${picture.name}.png\n`);
}
await rm(work, { recursive: true });
const include = ['test/pictures/*.pictures.ts'];
await (await startVitest('test', [], { include, watch: false })).close();

function pageOf({ name, head, text }: Picture): string {
  const by = html`${face('gatehouse')}<strong>gatehouse</strong> <span class="label">bot</span> <span class="quiet">${head}</span>`;
  const light = html`<style>:root{color-scheme:light}</style>`;
  return document(
    name,
    html`${light}<article><p class="by">${by}</p><div class="said">${markdown(text)}</div></article>`,
  );
}
