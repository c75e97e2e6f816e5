import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BucketSettings, openBucket } from '../../../src/adapters/artifacts/bucket.ts';
import { createS3Artifacts } from '../../../src/adapters/artifacts/s3.ts';
import type { Artifacts } from '../../../src/engine/ports/artifacts.ts';
import { artifactsContract } from '../../contract/artifacts.ts';
import { type S3Server, startS3 } from './s3-server.ts';

artifactsContract('S3', async () => {
  const { settings, stop } = await startS3();
  return { artifacts: await createS3Artifacts(settings), close: stop };
});

describe('in a bucket', () => {
  let s3: S3Server;
  let artifacts: Artifacts;
  beforeAll(async () => {
    s3 = await startS3();
    artifacts = await createS3Artifacts(s3.settings);
  });
  afterAll(() => s3.stop());

  test('people find what a run left under its name, below the prefix', async () => {
    const digest = await artifacts.put('# Report\n', 'proof');
    await artifacts.link({ task: 't1', run: 'r1' }, 'result.json', digest);
    const whole = openBucket({ ...s3.settings, prefix: '' });
    expect((await whole.get('gatehouse/tasks/t1/r1/result.json'))?.toString()).toBe('# Report\n');
  });

  test('content that was changed is told from what was written, and putting it again mends it', async () => {
    const digest = await artifacts.put('the truth', 'proof');
    const hex = digest.slice('sha256:'.length);
    await openBucket(s3.settings).put(`blobs/${hex.slice(0, 2)}/${hex}`, Buffer.from('a lie'));
    await expect(artifacts.get(digest)).rejects.toThrow(
      `artifact ${digest} was changed in the bucket`,
    );
    expect(await artifacts.put('the truth', 'proof')).toBe(digest);
    expect((await artifacts.get(digest)).toString()).toBe('the truth');
  });

  test('more names than one page are all listed', async () => {
    const bucket = openBucket(s3.settings);
    const keys = Array.from({ length: 7 }, (_, index) => `pages/${index}`);
    await Promise.all(keys.map(key => bucket.put(key, Buffer.from(key))));
    const listed = async (page: number) =>
      (await bucket.list('pages/', page)).map(({ key }) => key);
    expect(await listed(3)).toEqual(keys);
    expect(await listed(7)).toEqual(keys);
  });

  test.each([
    ['a wrong secret', { secret: 'wrong' }, /was refused: 403 SignatureDoesNotMatch$/],
    ['an unknown key', { keyId: 'nobody' }, /was refused: 403 InvalidAccessKeyId$/],
    ['no such bucket', { bucket: 'elsewhere' }, /the bucket elsewhere .* 404 NoSuchBucket$/],
  ])('%s is refused at once', async (_, wrong, message) => {
    await expect(createS3Artifacts({ ...s3.settings, ...wrong })).rejects.toThrow(message);
  });

  test('a clock that is off by an hour is set right by the storage', async () => {
    const late = openBucket(s3.settings, () => Date.now() - 3_600_000);
    await late.put('late', Buffer.from('on time'));
    expect((await late.get('late'))?.toString()).toBe('on time');
  });
});

describe('a storage in trouble', () => {
  /** A storage that answers as it is told to, and counts. */
  async function trouble(answer: RequestListener) {
    let asked = 0;
    const server = createServer((request, response) => {
      asked += 1;
      request.resume().once('end', () => answer(request, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const settings: BucketSettings = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu',
      bucket: 'b',
      prefix: '',
      keyId: 'k',
      secret: 'a secret of the tests',
    };
    const stop = () => {
      server.closeAllConnections();
      server.close();
    };
    return { bucket: openBucket(settings), asked: () => asked, stop };
  }

  test('that is busy for a moment is asked again', async () => {
    let busy = 3;
    const { bucket, asked, stop } = await trouble((_, response) => {
      busy -= 1;
      if (busy === 1) return void response.destroy();
      if (busy > 0) return void response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      response.end('content');
    });
    expect((await bucket.get('x'))?.toString()).toBe('content');
    expect(asked()).toBe(3);
    stop();
  });

  test('that stays so is a fault which says what and where, and no secret', async () => {
    const { bucket, asked, stop } = await trouble((_, response) => {
      response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
    });
    const fault = await bucket.put('x', Buffer.from('y')).catch((error: Error) => error.message);
    expect(fault).toMatch(/^PUT in the bucket b at 127\.0\.0\.1:\d+ was refused: 503 SlowDown$/);
    expect(asked()).toBe(5);
    stop();
    await expect(bucket.get('x')).rejects.toThrow(
      /^GET in the bucket b at .* failed: .*ECONNREFUSED/,
    );
  });

  test('a copy that fails after its 200 is no copy', async () => {
    let first = true;
    const { bucket, stop } = await trouble((_, response) => {
      response.end(
        first
          ? '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InternalError</Code></Error>'
          : '<CopyObjectResult/>',
      );
      first = false;
    });
    expect(await bucket.copy('a', 'b', {})).toBe(true);
    expect(first).toBe(false);
    stop();
  });
});
