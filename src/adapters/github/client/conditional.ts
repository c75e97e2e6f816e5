/**
 * Conditional requests: what GitHub answered is kept with its ETag, and asked for again only if it has
 * changed. An answer of 304 costs nothing of GitHub's limit.
 */
import { JSONParse, JSONStringify } from 'json-with-bigint';
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';

type KnownAnswer = {
  status: number;
  url: string;
  headers: Record<string, string | number | undefined>;
  data: unknown;
};

type Known = { etag: string; url: string; link: string | undefined; text: string };

/** How many answers are kept, bytes of all together, and of the largest. */
const MOST_ANSWERS = 20_000;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST = 512 * 1024;

export type Conditional = {
  /** What is known of this request: its ETag, and the answer as it was, a new copy each time. */
  known(request: string): { etag: string; answer(): KnownAnswer } | null;
  /** An answer is remembered in place of what was known; one that can't be kept is not. */
  answered(request: string, answer: KnownAnswer): void;
};

export function createConditional(mostBytes = MOST_BYTES): Conditional {
  const of = ({ text, url }: Known) => Buffer.byteLength(text) + url.length;
  const answers = createBoundedCache<string, Known>(MOST_ANSWERS, { of, most: mostBytes });
  return {
    answered(request, { status, url, headers, data }) {
      const { etag, link } = headers;
      answers.delete(request);
      if (status !== 200 || typeof etag !== 'string' || !isPlain(data)) return;
      const text = textOf(data);
      if (text === null || text.length > LARGEST) return;
      answers.set(request, { etag, url, link: typeof link === 'string' ? link : undefined, text });
    },
    known(request) {
      const found = answers.get(request);
      if (!found) return null;
      const { etag, link, url, text } = found;
      const headers = { etag, ...(link !== undefined && { link }) };
      return { etag, answer: () => ({ status: 200, url, headers, data: JSONParse(text) }) };
    },
  };
}

/** With its whole numbers of any size; `null` where it can't be written, such as what is too deep. */
function textOf(data: unknown): string | null {
  try {
    return JSONStringify(data) ?? null;
  } catch {
    return null;
  }
}

/** Neither a stream nor bytes. */
const isPlain = (data: unknown): boolean =>
  Array.isArray(data) ||
  (typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype);
