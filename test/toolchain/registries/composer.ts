import { zipped } from './packed.ts';
import type { Served } from './registries.ts';

/** A repository of Composer's second version; the package is `example/answer`. */
export async function composerRepository(origin: string, folder: string): Promise<Served> {
  const manifest = {
    name: 'example/answer',
    version: '1.0.0',
    autoload: { files: ['answer.php'] },
  };
  const archive = await zipped(folder, 'answer', {
    'composer.json': JSON.stringify(manifest),
    'answer.php': '<?php const ANSWER = 42;\n',
  });
  const dist = { type: 'zip', url: `${origin}/composer/dist/answer-1.0.0.zip` };
  return {
    '/composer/packages.json': JSON.stringify({
      packages: [],
      'metadata-url': '/composer/p2/%package%.json',
      'available-packages': ['example/answer'],
    }),
    '/composer/p2/example/answer.json': JSON.stringify({
      packages: { 'example/answer': [{ ...manifest, dist }] },
    }),
    '/composer/dist/answer-1.0.0.zip': archive,
  };
}
