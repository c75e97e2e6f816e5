import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Served } from './registries.ts';

/** An index as PEP 503 describes it. */
export async function pythonIndex(origin: string, folder: string): Promise<Served> {
  const wheel = 'answer-1.0.0-py3-none-any.whl';
  const script = `
import zipfile
with zipfile.ZipFile("${wheel}", "w") as wheel:
    wheel.writestr("answer.py", "value = 42\\n")
    info = "answer-1.0.0.dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: answer\\nVersion: 1.0.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "answer.py,,\\n")
`;
  execFileSync('/usr/bin/python3', ['-c', script], { cwd: folder });
  return {
    '/simple/answer/': `<!doctype html><a href="${origin}/files/${wheel}">${wheel}</a>`,
    [`/files/${wheel}`]: await readFile(join(folder, wheel)),
  };
}
