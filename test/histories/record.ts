/**
 * Records the histories of this folder anew, from real runs:
 *
 *   node src/boot.cjs test/histories/record.ts
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportLines } from '../../src/engine/export.ts';
import { liveRecord } from '../../src/engine/record.ts';
import { playAll } from './plays.ts';
import { trim } from './trim.ts';

await playAll(async ({ name, stage, streams }) => {
  const { parts } = stage.gatehouse;
  const { worker, install } = parts.settings;
  const names = new Map([
    [worker, 'worker-1'],
    ...install.hosts.map(host => [host, 'registry.example:443'] as const),
    [stage.home, '/var/lib/gatehouse'],
  ]);
  const lines = exportLines(liveRecord(parts), streams);
  await writeFile(join(import.meta.dirname, `${name}.jsonl`), await trim(lines, names));
  process.stdout.write(`\nrecorded ${name}: ${streams.length} streams\n`);
});
