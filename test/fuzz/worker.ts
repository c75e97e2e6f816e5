/** Fuzzes one parser in a thread of its own, which the main thread ends where a text takes too long. */
import { parentPort, workerData } from 'node:worker_threads';
import { createCoverage } from './coverage.ts';
import { createRandom, mutated } from './mutate.ts';
import { PARSERS } from './parsers.ts';

export type FuzzMessage =
  | { kind: 'trying'; texts: string[] }
  | { kind: 'crash'; text: string; error: string }
  | { kind: 'done'; tried: number; corpus: number; blocks: number };

/** Texts between two looks at the coverage, which costs more than most of them. All are kept where it grew. */
const BATCH = 4;

const { name, seconds, seed } = workerData as { name: string; seconds: number; seed: number };
const parser = PARSERS.find(each => each.name === name);
if (!parser) throw new Error(`there is no parser ${name}`);
const tell = (message: FuzzMessage) => parentPort?.postMessage(message);

const coverage = await createCoverage();
const corpus = [...parser.seeds];
const dictionary = [...new Set(parser.seeds.flatMap(text => text.match(/\w+|\W/g) ?? []))];
const random = createRandom(seed);
const crashes = new Set<string>();
let tried = 0;

function run(text: string): void {
  tried += 1;
  try {
    parser?.parse(text);
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const where = said.split('\n').slice(0, 3).join('\n');
    if (!crashes.has(where)) tell({ kind: 'crash', text, error: where });
    crashes.add(where);
  }
}

const spent = () => process.threadCpuUsage().user / 1_000_000;
for (const text of corpus) run(text);
await coverage.grew();
while (spent() < seconds) {
  const texts = Array.from({ length: BATCH }, () => mutated(corpus, dictionary, random));
  tell({ kind: 'trying', texts });
  for (const text of texts) run(text);
  if (await coverage.grew()) corpus.push(...texts);
}
tell({ kind: 'done', tried, corpus: corpus.length, blocks: coverage.size() });
