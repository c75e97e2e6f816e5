import { expect, test } from 'vitest';
import { LIMITS, runInside } from './run-inside.ts';

test('a fork bomb stays within its number of processes', async () => {
  const { stdout, stderr } = await runInside(
    `perl -e 'for (1..3000) { my $p = fork; if (!defined $p) { $failed++; next } if (!$p) { sleep 100; exit } $n++ } print "$n $failed\\n"'`,
    { limits: { ...LIMITS, processes: 50 } },
  );
  const [started = 0, failed = 0] = stdout.trim().split(' ').map(Number);
  expect(stderr).toBe('');
  expect(started).toBeGreaterThan(30);
  expect(started).toBeLessThanOrEqual(50);
  expect(started + failed).toBe(3000);
});

test('memory beyond the limit is refused, and node lives within it', async () => {
  const limits = { ...LIMITS, memoryBytes: 300_000_000 };
  const { stdout, exitCode } = await runInside(
    `perl -e 'my $x = "a" x 500_000_000; print "took it"' || echo refused`,
    { limits },
  );
  expect(stdout).toBe('refused\n');
  expect(exitCode).toBe(0);
});

test('home, /tmp and /dev/shm hold no more than their size', async () => {
  const { stdout } = await runInside(
    'for d in ~ /tmp /dev/shm; do head -c 50000000 /dev/zero > $d/big; stat -c %s $d/big; done 2>/dev/null',
    { limits: { ...LIMITS, tmpBytes: 5_000_000 } },
  );
  for (const size of stdout.trim().split('\n').map(Number)) {
    expect(size).toBeGreaterThan(4_000_000);
    expect(size).toBeLessThan(5_100_000);
  }
});

test('no core file, whatever crashes', async () => {
  const { stdout } = await runInside('ulimit -c; sh -c "kill -SEGV \\$\\$"; ls');
  expect(stdout).toBe('0\n');
});
