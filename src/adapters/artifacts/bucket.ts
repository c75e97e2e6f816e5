/**
 * A client for a bucket with the S3 protocol. Requests are signed, limited in time, and tried again
 * where the storage was busy or did not answer; each may be repeated without harm.
 */

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { withoutTrailing } from '../../core/text/without-trailing.ts';

export type BucketSettings = {
  /** `http://host:port`; the bucket is named in the path. */
  endpoint: string;
  region: string;
  bucket: string;
  /** The prefix of all keys: empty, or ending in "/". */
  prefix: string;
  keyId: string;
  secret: string;
};

type ListedObject = { key: string; writtenAt: Date };

export type Bucket = {
  put(key: string, bytes: Buffer, tags?: Record<string, string>): Promise<void>;
  /** It need not exist. */
  remove(key: string): Promise<void>;
  /** The object, or some bytes of it from a place on; `null` where there is no such object. */
  get(key: string, part?: { from: number; bytes: number }): Promise<Buffer | null>;
  /** Copies within the storage in one step; `false` where `from` does not exist. */
  copy(from: string, to: string, tags: Record<string, string>): Promise<boolean>;
  /** A tag that was set on the object; `null` where there is none. */
  tag(key: string, name: string): Promise<string | null>;
  /** When the object was last written; `null` where there is none. */
  writtenAt(key: string): Promise<Date | null>;
  /** All objects whose keys begin with the prefix, requested in pages of `page` keys. */
  list(prefix: string, page?: number): Promise<ListedObject[]>;
};

type S3Request = {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Buffer<ArrayBuffer>;
};

/** The time limit of a request with its body. */
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_TRIES = 5;
/** The base of the random wait between two tries, which doubles with each. */
const FIRST_BACK_OFF_MS = 100;

export function openBucket(settings: BucketSettings, now: () => number = Date.now): Bucket {
  const { endpoint, region, bucket, prefix, keyId, secret } = settings;
  const root = `${withoutTrailing(endpoint, '/')}/${bucket}`;
  const client = new AwsClient({
    accessKeyId: keyId,
    secretAccessKey: secret,
    service: 's3',
    region,
  });
  // The storage refuses requests signed with a wrong clock; then the time of its answer is used.
  let skewMs = 0;

  async function send(method: string, path: string, { query, headers, body }: S3Request) {
    const datetime = new Date(now() + skewMs).toISOString().replace(/[:-]|\.\d{3}/g, '');
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const request = await client.sign(`${root}${path}?${new URLSearchParams(query)}`, {
      method,
      // The body's digest is signed too, so that the storage refuses a body that was changed.
      headers: { ...headers, 'x-amz-content-sha256': digest },
      ...(body && { body }),
      aws: { datetime },
    });
    const response = await fetch(request, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** Sends a request, with retries; `null` where the object was not found. */
  async function request(method: string, path: string, options: S3Request = {}) {
    for (let tried = 1; ; tried += 1) {
      const last = tried === MAX_TRIES;
      const answer = await send(method, path, options).catch((error: unknown) => {
        if (last)
          throw new Error(`${describe(method)} ${describeFailure(error)}`, { cause: error });
        return null;
      });
      if (answer) {
        const { response, bytes } = answer;
        // The part that was asked for begins at the end of the object or after it.
        if (response.status === 416) return { response, bytes: Buffer.alloc(0) };
        const code = errorCodeOf(response, bytes);
        if (code === null) return answer;
        if (response.status === 404 && code !== 'NoSuchBucket') return null;
        const serverTime = Date.parse(response.headers.get('date') ?? '');
        const skewed = code === 'RequestTimeTooSkewed' && !Number.isNaN(serverTime);
        if (skewed) skewMs = serverTime - now();
        if (last || !(skewed || isRetryable(response.status)))
          throw new Error(`${describe(method)} was refused: ${response.status} ${code}`);
      }
      await sleep(Math.random() * FIRST_BACK_OFF_MS * 2 ** tried);
    }
  }

  const describe = (method: string) =>
    `${method} in the bucket ${bucket} at ${new URL(endpoint).host}`;
  const objectPath = (key: string) => `/${prefix}${key}`;

  return {
    async put(key, bytes, tags = {}) {
      const options = { body: Buffer.from(bytes), headers: tagHeaders(tags) };
      const found = await request('PUT', objectPath(key), options);
      if (!found) throw new Error(`${describe('PUT')} was refused: 404`);
    },
    async get(key, part) {
      const range = part && `bytes=${part.from}-${part.from + part.bytes - 1}`;
      const options = range === undefined ? {} : { headers: { range } };
      const found = await request('GET', objectPath(key), options);
      if (found === null) return null;
      if (part === undefined) return found.bytes;
      // Whoever does not know ranges answers with the whole.
      const from = found.response.status === 200 ? part.from : 0;
      return found.bytes.subarray(from, from + part.bytes);
    },
    async copy(from, to, tags) {
      const headers = {
        'x-amz-copy-source': `/${bucket}${objectPath(from)}`,
        'x-amz-metadata-directive': 'REPLACE',
        ...tagHeaders(tags),
      };
      return (await request('PUT', objectPath(to), { headers })) !== null;
    },
    async tag(key, name) {
      const found = await request('HEAD', objectPath(key));
      return found?.response.headers.get(`x-amz-meta-${name}`) ?? null;
    },
    async writtenAt(key) {
      const found = await request('HEAD', objectPath(key));
      return found && new Date(found.response.headers.get('last-modified') ?? Number.NaN);
    },
    async remove(key) {
      await request('DELETE', objectPath(key));
    },
    async list(start, page = 1_000) {
      const listed: ListedObject[] = [];
      for (;;) {
        const query = { 'list-type': '2', prefix: `${prefix}${start}`, 'max-keys': `${page}` };
        const after = listed.at(-1)?.key;
        const found = await request('GET', '', {
          query: { ...query, ...(after && { 'start-after': `${prefix}${after}` }) },
        });
        const text = found?.bytes.toString('utf8') ?? '';
        const more = [...text.matchAll(LISTED)].map(([, key = '', at = '']) => ({
          key: key.slice(prefix.length),
          writtenAt: new Date(at),
        }));
        listed.push(...more);
        if (more.length === 0 || !text.includes('<IsTruncated>true<')) return listed;
      }
    },
  };
}

/** Of a listing: each object with its key and its time, which stand in this order. */
const LISTED = /<Contents>\s*<Key>([^<]*)<\/Key>\s*<LastModified>([^<]*)<\/LastModified>/g;

const tagHeaders = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`x-amz-meta-${name}`, value]));

/** The code of S3's error; `null` where there is none. A copy may fail after its status 200. */
function errorCodeOf(response: Response, bytes: Buffer): string | null {
  const error = bytes.subarray(0, 4_096).toString('utf8');
  if (response.ok && !/^(<\?xml[^>]*>\s*)?<Error>/.test(error)) return null;
  return /<Code>(\w+)<\/Code>/.exec(error)?.[1] ?? response.statusText;
}

/** Whether the storage was busy or failed in between, so that another try may succeed. */
const isRetryable = (status: number) => status >= 500 || status === 429 || status === 200;

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `had no answer within ${REQUEST_TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  return `failed: ${cause instanceof Error ? cause.message : error.message}`;
}
