import { createHash } from 'node:crypto';
import { packed } from './packed.ts';
import type { Served } from './registries.ts';

/** The package of a scope that is read beside the others; its archive lies where hosted registries keep it. */
export async function scopedRegistry(origin: string, folder: string): Promise<Served> {
  const archive = await packed(folder, 'package', {
    'package.json': JSON.stringify({
      name: '@private/answer',
      version: '1.0.0',
      main: 'answer.js',
    }),
    'answer.js': 'exports.value = 42;\n',
  });
  const path = '/hosted/download/@private/answer/1.0.0/0f';
  return {
    '/hosted/@private/answer': JSON.stringify({
      name: '@private/answer',
      'dist-tags': { latest: '1.0.0' },
      versions: {
        '1.0.0': {
          ...{ name: '@private/answer', version: '1.0.0', main: 'answer.js' },
          dist: { tarball: `${origin}${path}`, integrity: integrityOf(archive) },
        },
      },
      time: { created: '2020-01-01T00:00:00.000Z', '1.0.0': '2020-01-01T00:00:00.000Z' },
    }),
    [path]: archive,
  };
}

const integrityOf = (archive: Buffer): string =>
  `sha512-${createHash('sha512').update(archive).digest('base64')}`;

export async function npmRegistry(origin: string, folder: string): Promise<Served> {
  const archive = await packed(folder, 'package', {
    'package.json': JSON.stringify({ name: 'answer', version: '1.0.0', main: 'answer.js' }),
    'answer.js': 'exports.value = 42;\n',
  });
  const dist = {
    tarball: `${origin}/npm/answer/-/answer-1.0.0.tgz`,
    shasum: createHash('sha1').update(archive).digest('hex'),
    integrity: integrityOf(archive),
  };
  const scoped = await packed(folder, 'package', {
    'package.json': JSON.stringify({ name: '@acme/answer', version: '1.0.0', main: 'answer.js' }),
    'answer.js': 'exports.value = 42;\n',
  });
  return {
    '/npm/@acme/answer': JSON.stringify({
      name: '@acme/answer',
      'dist-tags': { latest: '1.0.0' },
      versions: {
        '1.0.0': {
          ...{ name: '@acme/answer', version: '1.0.0', main: 'answer.js' },
          dist: { tarball: `${origin}/npm/@acme/answer/-/answer-1.0.0.tgz` },
        },
      },
      time: { created: '2020-01-01T00:00:00.000Z', '1.0.0': '2020-01-01T00:00:00.000Z' },
    }),
    '/npm/@acme/answer/-/answer-1.0.0.tgz': scoped,
    '/npm/answer': JSON.stringify({
      name: 'answer',
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name: 'answer', version: '1.0.0', main: 'answer.js', dist } },
      // Older than any rule about packages that are too new.
      time: { created: '2020-01-01T00:00:00.000Z', '1.0.0': '2020-01-01T00:00:00.000Z' },
    }),
    '/npm/answer/-/answer-1.0.0.tgz': archive,
  };
}
