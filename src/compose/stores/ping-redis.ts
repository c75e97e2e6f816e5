/** Whether Redis answers, takes a key and is new enough, asked once. */
import { Redis } from 'ioredis';

const CONNECT_MS = 3_000;
const OLDEST = 6.2;
const VERSION = /^redis_version:(\d{1,3}\.\d{1,3})/m;

export async function pingRedis(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // What accepts a connection and then says nothing would be waited for without end.
    commandTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // What failed is in the rejection, or only here.
  let problem: Error | null = null;
  redis.on('error', error => {
    problem = error;
  });
  try {
    await redis.connect();
    // A replica answers, and takes nothing; so does one whose memory or disk is full.
    await redis.set('gatehouse:probe', '1', 'PX', 1_000);
    // A user without the right to ask for the version is let through.
    const [, version] = VERSION.exec(await redis.info('server').catch(() => '')) ?? [];
    if (version !== undefined && Number(version) < OLDEST)
      throw new Error(`it is Redis ${version}, and ${OLDEST} or newer is needed`);
    return `Redis at ${new URL(url).host}`;
  } catch (error) {
    throw inWords(problem ?? error);
  } finally {
    redis.disconnect();
  }
}

/** What Redis refuses in words of its own, in ours. */
function inWords(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  const found = WORDS.find(([pattern]) => pattern.test(message));
  return found ? new Error(`${message.slice(0, 300)}. ${found[1]}`) : error;
}

const WORDS: readonly [RegExp, string][] = [
  [/^WRONGPASS|invalid (?:username-)?password/i, 'Correct the user or the password in REDIS_URL.'],
  [/^NOAUTH/, 'REDIS_URL needs a password: redis://:password@host:6379.'],
  [/^NOPERM/, 'Let this user do everything with keys that begin with gatehouse:.'],
  [/^READONLY/, 'Name the primary in REDIS_URL.'],
  [/^(?:MISCONF|OOM)/, 'Make room for it.'],
  [
    /^MOVED|^CROSSSLOT|cluster support/i,
    'The queue can use no cluster: name a single server in REDIS_URL.',
  ],
  [
    /wrong version number|EPROTO|packet length too long/i,
    'It speaks no TLS: begin REDIS_URL with redis://.',
  ],
  [/Protocol error|RESP type/i, 'Is it a Redis? REDIS_URL names its host and port.'],
];
