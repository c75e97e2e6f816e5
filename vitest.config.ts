import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/postgres.ts', 'test/console/build.ts'],
    // Files share a worker and what it has loaded: whoever changes the process restores it.
    isolate: false,
    // Only what hangs meets these: how fast the machine is, is nothing that a test may depend on.
    testTimeout: 300_000,
    // Only what hangs meets it, as in `test/demo/until.ts`.
    expect: { poll: { timeout: 240_000 } },
    hookTimeout: 300_000,
    // Twice the two cores that there are at least: files wait for timers and processes half of their time.
    // With six, measured, the same files cost a quarter more processor time, and all take longer.
    maxWorkers: 4,
    // With Node's 16 MB, each worker spends a fifth of its time on moving what is new out of them.
    execArgv: ['--max-semi-space-size=64'],
    sequence: { sequencer: LongestFirst },
  },
});
