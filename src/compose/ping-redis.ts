/** Whether Redis answers, asked once. */
import { Redis } from 'ioredis';

const CONNECT_MS = 3_000;

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
    await redis.ping();
    return `Redis at ${new URL(url).host}`;
  } catch (error) {
    throw problem ?? error;
  } finally {
    redis.disconnect();
  }
}
