/**
 * Starts git for the local GitHub. Starting a program costs what the starter holds of memory: this
 * process holds next to nothing. Ends with whoever started it.
 */
import { spawn } from 'node:child_process';

process.on('disconnect', () => process.exit());
process.on('message', ({ id, directory, args, env, input }) => {
  const tell = answer => process.connected && process.send({ id, ...answer });
  const child = spawn('git', args, { cwd: directory, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const stdout = [];
  const stderr = [];
  child.stdout.on('data', chunk => stdout.push(chunk));
  child.stderr.on('data', chunk => stderr.push(chunk));
  // git may close its input early; its exit code tells why.
  child.stdin.on('error', () => undefined);
  child.on('error', error => tell({ problem: error.message }));
  child.on('close', code =>
    tell({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString().trim() }),
  );
  child.stdin.end(input);
});
