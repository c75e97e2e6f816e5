/** The console's files over HTTP, below `/console/`; every address that is no file is a page of it. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export const CONSOLE_PATH = '/console';

/** True where the request was ours to answer. */
export type ConsoleFiles = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** What a page may load and do: nothing but our own files and our own API. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Styles of the components have small pictures in them, such as the tick of a box.
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  vary: 'accept-encoding',
};

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const PAGE = 'index.html';
/** Folders of a page's address. No page of ours is deeper, and each depth has a page of its own, which is kept. */
const DEEPEST = 6;
/** What Vite writes into the page for files that stand beside it, and we for a page further below. */
const BESIDE = '"./';
const compress = promisify(gzip);

type Answer = { type: string; bytes: Buffer; zipped: Buffer; etag: string };

/** `folder`: what `npm run build` writes. It is read when the first request comes, and then kept. */
export function createConsoleFiles(folder: string): ConsoleFiles {
  let files: Promise<Map<string, Buffer>> | null = null;
  const answers = new Map<string, Promise<Answer>>();
  const load = () => {
    files ??= readFolder(folder).catch(error => {
      files = null;
      throw error;
    });
    return files;
  };
  return async (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (path === '/') return redirect(response, 'console/');
    if (path === CONSOLE_PATH) return redirect(response, 'console/');
    if (!path.startsWith(`${CONSOLE_PATH}/`)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(response, 405, 'Only GET is answered here.');
    const known = await load().catch(() => null);
    if (known === null)
      return say(
        response,
        503,
        'The console is not built. Run `npm run build`, then load this page again.',
      );
    const name = path.slice(CONSOLE_PATH.length + 1);
    const isFile = known.has(name) && name !== PAGE;
    if (!isFile && name.startsWith('assets/')) return say(response, 404, 'There is no such file.');
    const depth = name.split('/').length - 1;
    if (!isFile && depth > DEEPEST) return say(response, 404, 'There is no such page.');
    const up = '../'.repeat(depth) || './';
    const key = isFile ? name : `${PAGE} ${up}`;
    const bytes = (isFile ? known.get(name) : known.get(PAGE)) ?? Buffer.alloc(0);
    const answer =
      answers.get(key) ?? answerOf(isFile ? name : PAGE, isFile ? bytes : below(bytes, up));
    answers.set(key, answer);
    send({
      request,
      response,
      answer: await answer,
      forever: isFile && name.startsWith('assets/'),
    });
    return true;
  };
}

async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
  if (!names.includes(PAGE)) throw new Error(`${folder} has no ${PAGE}`);
  return new Map(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name))] as const)),
  );
}

/** The page for an address below the console's folder: it finds its files, and knows where the console is. */
const below = (page: Buffer, up: string): Buffer =>
  Buffer.from(page.toString('utf8').replaceAll(BESIDE, `"${up}`));

async function answerOf(name: string, bytes: Buffer): Promise<Answer> {
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    bytes,
    zipped: await compress(bytes, { level: 9 }),
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
  };
}

function send(given: {
  request: IncomingMessage;
  response: ServerResponse;
  answer: Answer;
  forever: boolean;
}): void {
  const { request, response, answer, forever } = given;
  const headers = {
    ...HEADERS,
    etag: answer.etag,
    'cache-control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (request.headers['if-none-match'] === answer.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const zips = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = zips ? answer.zipped : answer.bytes;
  response.writeHead(200, {
    ...headers,
    'content-type': answer.type,
    'content-length': body.length,
    ...(zips && { 'content-encoding': 'gzip' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Relative, so that it holds under every path that a proxy puts before ours. */
function redirect(response: ServerResponse, location: string): true {
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
  return true;
}

function say(response: ServerResponse, status: number, text: string): true {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...HEADERS, ...headers }).end(`${text}\n`);
  return true;
}
