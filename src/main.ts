/** `gatehouse <command>`: the settings are read from the environment here and nowhere else. */
import { problemInWords } from './cli/problem.ts';
import { createProgram } from './cli/program.ts';
import { createServices } from './compose.ts';

const AT_WORK = new Set(['serve', 'worker']);

// Whoever reads what we print may have seen enough: `gatehouse export | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // What works on prints where it listens and nothing else that is missed.
  if (AT_WORK.has(process.argv[2] ?? '')) return;
  process.exit(process.exitCode ?? 0);
});

createProgram(createServices(process.env))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`gatehouse: ${problemInWords(error)}\n`);
    process.exitCode = 1;
  });
