/** Nothing that is logged repeats a secret, whatever it came in. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { PROVIDERS } from '../../../src/compose/agents/providers.ts';
import { createLogger } from '../../../src/compose/telemetry/logger.ts';
import { quietly } from '../../../src/compose/telemetry/quiet-log.ts';
import { redactionValues } from '../../../src/compose/telemetry/redaction-values.ts';
import { describeFaults } from '../../../src/config/fault.ts';
import { readConfig } from '../../../src/config.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const env = {
  APP_ID: '12',
  PRIVATE_KEY: KEY,
  WEBHOOK_SECRET: 'plain words that look like nothing',
  OPENAI_API_KEY: 'a provider with its own "form" of keys',
  DATABASE_URL: 'postgres://gatehouse:p%40ss%2Fword-1@db/x?password=another-one',
  REDIS_URL: 'redis://:redis-password@cache:6379',
  GATEHOUSE_ARTIFACTS: 's3://bucket',
  S3_ACCESS_KEY_ID: 'id',
  S3_SECRET_ACCESS_KEY: "the storage's/own+key",
};
const written: string[] = [];
vi.spyOn(process.stderr, 'write').mockImplementation(text => written.push(`${text}`) > 0);
afterEach(() => void written.splice(0));

const read = readConfig(env, { read: path => path }, PROVIDERS);
if (!read.ok) throw new Error(describeFaults(read.faults));
const logger = createLogger('info', redactionValues(read.config));

it.each([
  ['the key', KEY],
  ['the webhook secret', env.WEBHOOK_SECRET],
  ['the key of the provider', env.OPENAI_API_KEY],
  ['the password in a URL', env.DATABASE_URL],
  ['the password as it is meant', 'p@ss/word-1'],
  ['the password among the parameters', 'another-one'],
  ["Redis' password", 'redis-password'],
  ["the bucket's secret", env.S3_SECRET_ACCESS_KEY],
])('%s', (_name, secret) => {
  logger.info({ secret, deep: [{ secret }], err: new Error(`it was ${secret}`) }, `told ${secret}`);
  const [line = ''] = written;
  expect(Object.keys(JSON.parse(line))).toContain('deep');
  expect(line).toContain('[redacted: ');
  const body = KEY.split('\n')[1] ?? '';
  for (const part of [
    body,
    'look like nothing',
    'of keys',
    'word-1',
    'another-one',
    'redis-password',
    'own+key',
  ])
    expect(line).not.toContain(part);
});

it('an event is one line, whatever it says', () => {
  logger.warn({ title: 'x\r\n{"level":30,"msg":"all is well"}' }, 'a\nb');
  expect(written.join('').match(/\n/g)).toHaveLength(1);
});

it('a line says when in ISO time, and its level by name', () => {
  logger.warn({ a: 1 }, 'told');
  expect(JSON.parse(written[0] ?? '')).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    a: 1,
    msg: 'told',
  });
});

it('for people it is a line as well, steers no terminal and repeats no secret', () => {
  const pretty = createLogger('info', redactionValues(read.config), 'pretty');
  pretty.info({ run: 'author-1-1', title: 'x\r\n\u001b[31mred' }, `ended\n${env.WEBHOOK_SECRET}`);
  pretty.error({ err: new Error('no\n[forged] INFO: all is well') }, 'failed');
  const [first = '', second = ''] = written;
  expect(first).toMatch(
    /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] INFO: ended \[redacted: .*\] \{"run":"author-1-1","title":"x +\[31mred"\}\n$/,
  );
  expect(second).toMatch(/^\[[^\n]*\] ERROR: failed/);
  // What follows of an error is indented, so it begins no line of the log.
  for (const line of second.trimEnd().split('\n').slice(1)) expect(line).toMatch(/^ {4}/);
});

it('what a server that is away repeats is passed on once a minute', () => {
  let now = 0;
  const told: string[] = [];
  const log = quietly(
    message => told.push(message),
    () => now,
  );
  for (now of [0, 5_000, 59_000]) log('queue: connect ECONNREFUSED');
  log('queue: something else');
  now = 61_000;
  log('queue: connect ECONNREFUSED');
  expect(told).toEqual([
    'queue: connect ECONNREFUSED',
    'queue: something else',
    'queue: connect ECONNREFUSED',
  ]);
});
