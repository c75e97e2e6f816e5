/** Runs each rule on a secret of its kind, because a pattern that skips the rule would hide it. */
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { describe, expect, test } from 'vitest';
import { detectSecrets, HINTS } from '../../src/patch/secret-detector.ts';

/** Letters and digits that no rule recognises as an example. */
const some = (length: number): string => 'aB3dE5gH7jK9mN2pQ4sT6vW8xZ0c'.repeat(20).slice(0, length);
const letters = (length: number): string =>
  'aBcDeFgHiJkLmNoPqRsTuVwXyZ'.repeat(20).slice(0, length);
const hex = (length: number): string =>
  '0f1e2d3c4b5a69788796a5b4c3d2e1f0'.repeat(4).slice(0, length);

/** A key with the last brace in a group of its own, which the rule requires. */
const account = [0, 1, 2]
  .map(more => ({ email: `a@example.org${'.'.repeat(more)}`, muk: { k: some(43) } }))
  .map(half => ({ ...half, secretKey: some(34), srpX: hex(64), userAuth: { salt: 'x' } }))
  .map(half => ({ ...half, signInAddress: 'example.org:4000' }))
  .map(whole => Buffer.from(JSON.stringify(whole)).toString('base64'))
  .find(text => text.endsWith('fQ=='));

// They are assembled here so that a scanner of this repository does not report them.
const SAMPLES: [rule: string, text: string][] = [
  ['aws', `AWS_SECRET_ACCESS_KEY=${some(40)}`],
  ['aws', `"awsSecretAccessKey": "${some(40)}"`],
  ['npm', `npm_${some(36)}`],
  ['npm', `https://${some(40)}:x-oauth-basic@github.com/a/b`],
  ['slack', `xoxb-${some(12)}-${some(24)}`],
  ['slack', `https://HOOKS.slack.com/services/T${some(8)}/B${some(8)}/${some(24)}`],
  ['basicauth', `https://maria:${some(12)}@example.org/x`],
  ['basicauth', `ftp://maria:${some(12)}@example.org/x`],
  ['openai', `sk-${some(20)}T3BlbkFJ${some(20)}`],
  ['openai', `sk-proj-${some(58)}T3BlbkFJ${some(58)}`],
  ['anthropic', `sk-ant-api03-${some(93)}AA`],
  ['groq', `gsk_${some(52)}`],
  ['huggingface', `hf_${letters(34)}`],
  ['linear', `lin_api_${some(40)}`],
  ['notion', `ntn_12345678901${some(35)}`],
  ['privatekey', `-----BEGIN EC PRIVATE KEY-----\nMI${some(198)}\n-----END EC PRIVATE KEY-----`],
  ['sendgrid', `SG.${some(22)}.${some(43)}`],
  ['shopify', `shpat_${some(32)}`],
  ['github', `ghp_${some(36)}`],
  ['github', `github_pat_${some(82)}`],
  ['gitlab', `glpat-${some(20)}`],
  ['grafana', `glc_${some(40)}`],
  ['grafana', `glsa_${some(32)}_${hex(8)}`],
  ['1password', `ops_${account}`],
  ['database-connection-string', `MongoDB+SRV://maria:${some(12)}@db.example.org/x`],
  ['database-connection-string', `jdbc:mysqlx://maria:${some(12)}@db.example.org/x`],
  ['database-connection-string', `postgresql://maria:${some(12)}@db.example.org/x`],
  ['hashicorp-vault', `hvs.${some(95)}`],
  ['hashicorp-vault', `hvb.${some(140)}`],
  ['hashicorp-vault', `hvr.${some(95)}`],
  ['vercel', `vcp_${some(24)}`],
  ['databricks', `dapi${hex(32)}`],
  ['docker', `dckr_pat_${some(27)}`],
  ['figma', `figd_${some(40)}`],
];

test.each(SAMPLES)('%s is found: %#', (rule, text) => {
  expect(detectSecrets(`const it = '${text}'\n`).map(found => found.rule)).toContain(rule);
});

describe('hints', () => {
  test('every one has a sample, and is of a rule that there is', () => {
    const sampled = new Set(SAMPLES.map(([rule]) => rule));
    expect([...sampled].sort()).toEqual(Object.keys(HINTS).sort());
    const ids = rules.map(({ meta }) => meta.id.replace(/^.*secretlint-rule-/, ''));
    for (const rule of Object.keys(HINTS)) expect(ids).toContain(rule);
  });
  test('plain text asks none of the rules that are listed', () => {
    expect(detectSecrets('const value = compute(1, "line 30", options);\n'.repeat(50))).toEqual([]);
  });
  test('none takes long on hostile text', () => {
    const before = process.cpuUsage();
    for (const piece of ['mysql', 'https://', 'secret_', 'T3Blbk', 'xox', 'https://a'])
      for (const { source } of Object.values(HINTS))
        new RegExp(source, 'i').test(piece.repeat(200_000 / piece.length));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1_000);
  });
});
