/** Small registries on loopback in place of the public ones: a Python index and a cargo sparse index. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export const CREDENTIAL = 'reader:a-registry-password';

export type Registries = {
  origin: string;
  /** Method and path of each request that carried the credential. */
  read: string[];
  close(): Promise<void>;
};

/** Whoever does not carry the credential is refused. */
export async function startRegistries(folder: string): Promise<Registries> {
  const read: string[] = [];
  const files = new Map<string, { type: string; content: string | Buffer }>();
  const wanted = `Basic ${Buffer.from(CREDENTIAL).toString('base64')}`;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (request.headers.authorization !== wanted)
      return void response.writeHead(401).end('who are you?');
    read.push(`${request.method} ${path}`);
    const found = files.get(path);
    if (!found) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': found.type }).end(found.content);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wheel = 'answer-1.0-py3-none-any.whl';
  files.set('/simple/answer/', {
    type: 'text/html',
    content: `<!doctype html><a href="${origin}/files/${wheel}">${wheel}</a>`,
  });
  files.set(`/files/${wheel}`, {
    type: 'application/octet-stream',
    content: await makeWheel(folder, wheel),
  });
  const crate = await makeCrate(folder);
  const cksum = createHash('sha256').update(crate).digest('hex');
  const line = { name: 'answer', vers: '1.0.0', deps: [], cksum, features: {}, yanked: false };
  files.set('/index/config.json', {
    type: 'application/json',
    content: JSON.stringify({ dl: `${origin}/crates` }),
  });
  files.set('/index/an/sw/answer', { type: 'text/plain', content: `${JSON.stringify(line)}\n` });
  files.set('/crates/answer/1.0.0/download', { type: 'application/gzip', content: crate });
  return {
    origin,
    read,
    close: () => new Promise(done => server.close(() => done())),
  };
}

async function makeWheel(folder: string, name: string): Promise<Buffer> {
  const script = `
import zipfile
with zipfile.ZipFile("${name}", "w") as wheel:
    wheel.writestr("answer.py", "value = 42\\n")
    info = "answer-1.0.dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: answer\\nVersion: 1.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "answer.py,,\\n")
`;
  execFileSync('/usr/bin/python3', ['-c', script], { cwd: folder });
  return readFile(join(folder, name));
}

async function makeCrate(folder: string): Promise<Buffer> {
  const root = join(folder, 'answer-1.0.0');
  await mkdir(join(root, 'src'), { recursive: true });
  const manifest = '[package]\nname = "answer"\nversion = "1.0.0"\nedition = "2021"\n';
  await writeFile(join(root, 'Cargo.toml'), manifest);
  await writeFile(join(root, 'src/lib.rs'), 'pub const VALUE: u8 = 42;\n');
  execFileSync('tar', ['-czf', 'answer.crate', 'answer-1.0.0'], { cwd: folder });
  return readFile(join(folder, 'answer.crate'));
}
