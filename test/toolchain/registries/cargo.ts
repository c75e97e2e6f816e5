import { createHash } from 'node:crypto';
import { packed } from './packed.ts';
import type { Served } from './registries.ts';

/** A sparse index. */
export async function cratesIndex(origin: string, folder: string): Promise<Served> {
  const crate = await packed(folder, 'answer-1.0.0', {
    'Cargo.toml': '[package]\nname = "answer"\nversion = "1.0.0"\nedition = "2021"\n',
    'src/lib.rs': 'pub const VALUE: u8 = 42;\n',
  });
  const cksum = createHash('sha256').update(crate).digest('hex');
  const line = { name: 'answer', vers: '1.0.0', deps: [], cksum, features: {}, yanked: false };
  return {
    '/index/config.json': JSON.stringify({ dl: `${origin}/crates` }),
    '/index/an/sw/answer': `${JSON.stringify(line)}\n`,
    '/crates/answer/1.0.0/download': crate,
  };
}
