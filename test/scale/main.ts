/**
 * `npm run prove:scale`: runs Gatehouse on several machines (network namespaces), on both queue backends.
 *
 *   npm run prove:scale                      both
 *   npm run prove:scale -- --backend redis   one
 *   npm run prove:scale -- --json FILE       the figures for machines
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findRedis } from '../adapters/queue/find-redis.ts';
import { report } from '../figures/figures.ts';
import { readOptions } from '../figures/options.ts';
import { enterNetwork, raiseBridge, whyNoMachines } from './machines.ts';
import { prove } from './proof.ts';
import { startServices } from './services.ts';

const BACKENDS = ['postgres', 'redis'] as const;

const { values, oneOf } = readOptions(import.meta.filename, {
  json: { type: 'string' },
  backend: { type: 'string' },
  inside: { type: 'boolean', default: false },
});
const only = oneOf('backend', BACKENDS);
const backends = only ? [only] : BACKENDS;
const json = values.json === undefined ? undefined : resolve(values.json);

if (values.inside) {
  process.exitCode = (await within()) ? 0 : 1;
} else {
  const why = whyNoMachines();
  if (why === null) {
    // Redis may have to be downloaded, for which only this process has a network.
    await findRedis();
    process.exitCode = await enterNetwork([
      import.meta.filename,
      '--inside',
      ...process.argv.slice(2),
    ]);
  } else {
    process.stdout.write(`SKIPPED, nothing was proved: ${why}\n`);
    if (json !== undefined) await writeFile(json, '[]\n');
  }
}

async function within(): Promise<boolean> {
  raiseBridge();
  const services = await startServices();
  try {
    const figures = [];
    for (const backend of backends) {
      const began = performance.now();
      const say = (line: string) =>
        console.log(`${backend} ${((performance.now() - began) / 1_000).toFixed(0)} s: ${line}`);
      figures.push(...(await prove(services, backend, say)));
    }
    return await report(figures, json);
  } finally {
    await services.stop();
  }
}
