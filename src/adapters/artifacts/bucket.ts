/**
 * A bucket that speaks S3: requests signed, bounded, and tried again where the storage was busy or
 * did not answer. Each of them can be done twice, so that this retry needs no memory.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';

export type BucketSettings = {
  /** `http://host:port`; the bucket is named in the path. */
  endpoint: string;
  region: string;
  bucket: string;
  /** What all keys begin with: empty, or ending in "/". */
  prefix: string;
  keyId: string;
  secret: string;
};

export type Bucket = {
  put(key: string, bytes: Buffer): Promise<void>;
  /** `null` where there is no such object. */
  get(key: string): Promise<Buffer | null>;
  /** Within the storage, in one step; false where there is no `from`. */
  copy(from: string, to: string, tags: Record<string, string>): Promise<boolean>;
  /** What `copy` was given for the object. */
  tag(key: string, name: string): Promise<string | null>;
  /** Keys that begin with this, in pages of `page`. */
  list(prefix: string, page?: number): Promise<string[]>;
};

type Asked = {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Buffer<ArrayBuffer>;
};

/** One request, with its body. */
const REQUEST_MS = 60_000;
const TRIES = 5;
/** Before the second try, at most; each later one waits up to twice as long. */
const BACK_OFF_MS = 100;

export function openBucket(settings: BucketSettings, now: () => number = Date.now): Bucket {
  const { endpoint, region, bucket, prefix, keyId, secret } = settings;
  const root = `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  const client = new AwsClient({
    accessKeyId: keyId,
    secretAccessKey: secret,
    service: 's3',
    region,
  });
  // The storage refuses what is signed by a wrong clock; then its own counts.
  let skewMs = 0;

  async function send(method: string, path: string, { query, headers, body }: Asked) {
    const datetime = new Date(now() + skewMs).toISOString().replace(/[:-]|\.\d{3}/g, '');
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const request = await client.sign(`${root}${path}?${new URLSearchParams(query)}`, {
      method,
      // Signed with the rest: what arrives otherwise than it was meant is refused.
      headers: { ...headers, 'x-amz-content-sha256': digest },
      ...(body && { body }),
      aws: { datetime },
    });
    const response = await fetch(request, { signal: AbortSignal.timeout(REQUEST_MS) });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** `null`: not found. */
  async function ask(method: string, path: string, asked: Asked = {}) {
    for (let tried = 1; ; tried += 1) {
      const last = tried === TRIES;
      const answer = await send(method, path, asked).catch((error: unknown) => {
        if (last) throw new Error(`${what(method)} ${unreachable(error)}`, { cause: error });
        return null;
      });
      if (answer) {
        const { response, bytes } = answer;
        const fault = faultOf(response, bytes);
        if (fault === null) return answer;
        if (response.status === 404 && fault !== 'NoSuchBucket') return null;
        const told = Date.parse(response.headers.get('date') ?? '');
        const skewed = fault === 'RequestTimeTooSkewed' && !Number.isNaN(told);
        if (skewed) skewMs = told - now();
        if (last || !(skewed || mayPass(response.status)))
          throw new Error(`${what(method)} was refused: ${response.status} ${fault}`);
      }
      await sleep(Math.random() * BACK_OFF_MS * 2 ** tried);
    }
  }

  const what = (method: string) => `${method} in the bucket ${bucket} at ${new URL(endpoint).host}`;
  const place = (key: string) => `/${prefix}${key}`;

  return {
    async put(key, bytes) {
      const found = await ask('PUT', place(key), { body: Buffer.from(bytes) });
      if (!found) throw new Error(`${what('PUT')} was refused: 404`);
    },
    get: async key => (await ask('GET', place(key)))?.bytes ?? null,
    async copy(from, to, tags) {
      const headers = {
        'x-amz-copy-source': `/${bucket}${place(from)}`,
        'x-amz-metadata-directive': 'REPLACE',
        ...Object.fromEntries(Object.entries(tags).map(([n, v]) => [`x-amz-meta-${n}`, v])),
      };
      return (await ask('PUT', place(to), { headers })) !== null;
    },
    async tag(key, name) {
      const found = await ask('HEAD', place(key));
      return found?.response.headers.get(`x-amz-meta-${name}`) ?? null;
    },
    async list(start, page = 1_000) {
      const keys: string[] = [];
      for (;;) {
        const query = { 'list-type': '2', prefix: `${prefix}${start}`, 'max-keys': `${page}` };
        const after = keys.at(-1);
        const found = await ask('GET', '', {
          query: { ...query, ...(after && { 'start-after': `${prefix}${after}` }) },
        });
        const text = found?.bytes.toString('utf8') ?? '';
        const more = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) =>
          key.slice(prefix.length),
        );
        keys.push(...more);
        if (more.length === 0 || !text.includes('<IsTruncated>true<')) return keys;
      }
    },
  };
}

/** What S3 calls the fault; `null`: there is none. A copy may fail after its 200. */
function faultOf(response: Response, bytes: Buffer): string | null {
  const error = bytes.subarray(0, 4_096).toString('utf8');
  if (response.ok && !/^(<\?xml[^>]*>\s*)?<Error>/.test(error)) return null;
  return /<Code>(\w+)<\/Code>/.exec(error)?.[1] ?? response.statusText;
}

/** Busy, overloaded, failed half way: another try may find it well. */
const mayPass = (status: number) => status >= 500 || status === 429 || status === 200;

function unreachable(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `had no answer within ${REQUEST_MS / 1000} s`;
  const { cause } = error;
  return `failed: ${cause instanceof Error ? cause.message : error.message}`;
}
