/**
 * Records the histories of this folder anew, from real runs:
 *
 *   node src/boot.cjs test/histories/record.ts
 */
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { detectToolchain } from '../../src/adapters/toolchain/detect.ts';
import { exportLines } from '../../src/engine/audit/export.ts';
import { liveAuditSource } from '../../src/engine/audit-source.ts';
import { runAll } from './scenarios.ts';
import { trim } from './trim.ts';

await runAll(async ({ name, environment, streams }) => {
  const { parts } = environment.gatehouse;
  const { npm } = await detectToolchain(process.env, []);
  const names = new Map([
    [hostname(), 'worker'],
    ...npm.hosts.map(host => [host, 'registry.example:443'] as const),
    [environment.home, '/var/lib/gatehouse'],
  ]);
  const lines = exportLines(liveAuditSource(parts), streams, false);
  await writeFile(join(import.meta.dirname, `${name}.jsonl`), await trim(lines, names));
  process.stdout.write(`\nrecorded ${name}: ${streams.length} streams\n`);
});
