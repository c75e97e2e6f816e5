import { createHash } from 'node:crypto';
import { zipped } from './packed.ts';
import type { Served } from './registries.ts';

const MANIFEST = 'module example.com/answer\n\ngo 1.19\n';
const FILES = {
  'answer@v1.0.0/answer.go': 'package answer\n\nconst Value = 42\n',
  'answer@v1.0.0/go.mod': MANIFEST,
};

/** A module proxy; the module is `example.com/answer`. */
export async function goProxy(_: string, folder: string): Promise<Served> {
  const at = '/go/example.com/answer/@v';
  return {
    [`${at}/list`]: 'v1.0.0\n',
    [`${at}/v1.0.0.info`]: JSON.stringify({ Version: 'v1.0.0', Time: '2020-01-01T00:00:00Z' }),
    [`${at}/v1.0.0.mod`]: MANIFEST,
    // The paths in the archive begin with the module's path, so it is packed from its first part.
    [`${at}/v1.0.0.zip`]: await zipped(folder, 'example.com', FILES),
  };
}

/** What a go.sum says of the module. */
export const GO_SUM = `example.com/answer v1.0.0 ${digestOf(
  Object.entries(FILES).map(([path, text]) => [`example.com/${path}`, text]),
)}\nexample.com/answer v1.0.0/go.mod ${digestOf([['go.mod', MANIFEST]])}\n`;

/** Go's "h1": a digest of the digests of the files, in the order of their names. */
function digestOf(files: [path: string, text: string][]): string {
  const sha256 = (text: string) => createHash('sha256').update(text);
  const lines = files.map(([path, text]) => `${sha256(text).digest('hex')}  ${path}\n`);
  return `h1:${sha256(lines.join('')).digest('base64')}`;
}
