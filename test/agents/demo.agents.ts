/** The main job, played by each real agent through the demo's own entry. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { AGENTS } from '../../src/compose/agents/agent-table.ts';
import { TURN_USAGE } from '../model/answer.ts';
import { openAgent } from './execute-agent.ts';

const root = resolve(import.meta.dirname, '../..');

/** Step, who works, by which adapter, how it ends. A round's merge is canceled by the next round. */
const runsBy = (adapter: string) => [
  'prepare install command success',
  'reproduce test command success',
  `author author ${adapter} success`,
  'lint lint command failure',
  `lint linter ${adapter} success`,
  'lint lint command success',
  'test test command success',
  `review reviewer ${adapter} success`,
  'publish publish null success',
  'merge merge null canceled',
  `author remediator-comment ${adapter} success`,
  'lint lint command success',
  'test test command success',
  `review reviewer ${adapter} success`,
  'publish publish null success',
  'merge merge null canceled',
  `author remediator-ci ${adapter} success`,
  'lint lint command success',
  'test test command success',
  `review reviewer ${adapter} success`,
  'publish publish null success',
  'merge merge null success',
];

test.each(AGENTS.map(({ adapter }) => adapter))(
  '%s plays the whole walk, and never sees the key',
  {
    timeout: 600_000,
  },
  async adapter => {
    await openAgent(adapter, null);
    const folder = await mkdtemp(join(tmpdir(), 'demo-agents-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'summary.json');
    const args = [
      'src/boot.cjs',
      'test/demo/main.ts',
      '--exit',
      '--agent',
      adapter,
      '--json',
      file,
    ];
    const demo = await execa(process.execPath, args, {
      cwd: root,
      reject: false,
      all: true,
      timeout: 580_000,
    });
    expect(demo.exitCode, demo.all).toBe(0);
    expect(demo.stdout.split('\n').map(said => said.trim())).toContain('key seen inside: nowhere');

    const summary = JSON.parse(await readFile(file, 'utf8'));
    type Run = Record<'step' | 'agent' | 'adapter' | 'outcome', string> & { usage: object };
    const runs: Run[] = summary.runs;
    const line = ({ step, agent, adapter, outcome }: Run) =>
      `${step} ${agent} ${adapter} ${outcome}`;
    expect(runs.map(line)).toEqual(runsBy(adapter));
    expect(summary).toMatchObject({
      outcome: 'success',
      verify: 'ok',
      replay: 'identical',
      violations: [],
      leases: [],
      pullRequest: { merged: true },
      agents: { keySeen: [], faults: [] },
    });

    // What it used is what the model counted; commands use nothing.
    const { modelRequests } = summary.agents;
    expect(modelRequests).toBeGreaterThan(30);
    const input = (TURN_USAGE.input - TURN_USAGE.cached) * modelRequests;
    const sum = (of: Run[]) =>
      of.reduce((total, { usage }) => total + (usage as { input: number }).input, 0);
    expect(sum(runs.filter(run => run.adapter === adapter))).toBe(input);
    expect(sum(runs)).toBe(input);
  },
);
