/** Each kind of secret, made anew, so that no scanner of this repository takes one for real. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

export type Kind = {
  name: string;
  /** What stands around a secret that is known by that is less than half of it. */
  value: string;
  /** The variable that it is configured by; `null`: it is known by its form alone. */
  variable: string | null;
};

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const letters = (characters: number): string =>
  `a1B2${randomBytes(characters)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, 'x')}`.slice(0, characters);
const base32 = (characters: number): string =>
  [...randomBytes(characters)].map(byte => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const pem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString()
    .trim();

export const secretKinds = (): Kind[] => [
  { name: 'key of OpenAI', variable: 'OPENAI_API_KEY', value: `model ${hex(12)} /+"quoted"` },
  { name: 'key of Anthropic', variable: 'ANTHROPIC_API_KEY', value: `sk-ant-api03-${letters(48)}` },
  { name: 'key of Google', variable: 'GEMINI_API_KEY', value: `AIza${letters(35)}` },
  { name: 'OAuth token', variable: null, value: `sk-ant-oat01-${letters(48)}` },
  { name: 'installation token', variable: null, value: `ghs_${letters(36)}` },
  { name: 'private key', variable: null, value: pem() },
  { name: 'webhook secret', variable: 'WEBHOOK_SECRET', value: hex(20) },
  { name: "database's password", variable: 'PROVED_DATABASE', value: `db-${hex(8)}` },
  { name: "Redis' password", variable: 'PROVED_REDIS', value: `redis:${hex(8)}` },
  { name: 'S3 secret', variable: 'PROVED_S3', value: `${letters(20)}/+${letters(18)}` },
  { name: "registry's credential", variable: 'PROVED_REGISTRY', value: `registry=${hex(8)}` },
  { name: 'declared variable', variable: 'PROVED_DECLARED', value: `my own ${hex(8)}` },
  { name: 'AWS key', variable: null, value: `AKIA${base32(16)}` },
  {
    name: 'JSON web token',
    variable: null,
    value: `${part({ alg: 'RS256' })}.${part({ iss: hex(6) })}.${letters(80)}`,
  },
  { name: 'GitHub PAT', variable: null, value: `github_pat_${letters(82)}` },
  { name: 'OAuth token of GitHub', variable: null, value: `gho_${letters(36)}` },
  { name: 'npm token', variable: null, value: `npm_${letters(36)}` },
  {
    name: 'webhook of Slack',
    variable: null,
    value: `https://hooks.slack.com/services/T${base32(10)}/B${base32(10)}/${letters(24)}`,
  },
  {
    name: "password in a database's address",
    variable: null,
    value: `postgres://app:${letters(40)}@db.test/app`,
  },
  {
    name: 'header of basic authorisation',
    variable: null,
    value: `Authorization: Basic ${Buffer.from(`app:${letters(40)}`).toString('base64')}`,
  },
  {
    name: 'AWS secret',
    variable: null,
    value: `aws_secret_access_key=${letters(20)}/+${letters(18)}`,
  },
];
