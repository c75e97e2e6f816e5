/** The main job, played by the real Codex through the demo's own entry. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { TURN_USAGE } from '../model/answer.ts';
import { openAgent } from './execute-agent.ts';

beforeAll(async () => void (await openAgent('codex', null)), 600_000);

const root = resolve(import.meta.dirname, '../..');

/** Step, who works, by which adapter, how it ends. A round's merge is canceled by the next round. */
const RUNS = [
  'prepare install command success',
  'reproduce test command success',
  'author author codex success',
  'lint lint command failure',
  'lint linter codex success',
  'lint lint command success',
  'test test command success',
  'review reviewer codex success',
  'publish publish null success',
  'merge merge null canceled',
  'author remediator-comment codex success',
  'lint lint command success',
  'test test command success',
  'review reviewer codex success',
  'publish publish null success',
  'merge merge null canceled',
  'author remediator-ci codex success',
  'lint lint command success',
  'test test command success',
  'review reviewer codex success',
  'publish publish null success',
  'merge merge null success',
];

test('plays the whole walk, and never sees the key', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-agents-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'summary.json');
  const args = ['src/boot.cjs', 'test/demo/main.ts', '--exit', '--agent', 'codex', '--json', file];
  const demo = await execa(process.execPath, args, {
    cwd: root,
    reject: false,
    all: true,
    timeout: 280_000,
  });
  expect(demo.exitCode, demo.all).toBe(0);
  expect(demo.stdout.split('\n').map(said => said.trim())).toContain('key seen inside: nowhere');

  const summary = JSON.parse(await readFile(file, 'utf8'));
  type Run = Record<'step' | 'agent' | 'adapter' | 'outcome', string> & { usage: object };
  const runs: Run[] = summary.runs;
  const line = ({ step, agent, adapter, outcome }: Run) => `${step} ${agent} ${adapter} ${outcome}`;
  expect(runs.map(line)).toEqual(RUNS);
  expect(summary).toMatchObject({
    outcome: 'success',
    verify: 'ok',
    replay: 'identical',
    violations: [],
    leases: [],
    pullRequest: { merged: true },
    agents: { keySeen: [], faults: [] },
  });

  // What Codex used is what the model counted; commands use nothing.
  const { modelRequests } = summary.agents;
  expect(modelRequests).toBeGreaterThan(30);
  const input = (TURN_USAGE.input - TURN_USAGE.cached) * modelRequests;
  const sum = (of: Run[]) =>
    of.reduce((total, { usage }) => total + (usage as { input: number }).input, 0);
  expect(sum(runs.filter(run => run.adapter === 'codex'))).toBe(input);
  expect(sum(runs)).toBe(input);
});
