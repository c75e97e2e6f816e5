/**
 * Starts git for the local GitHub. Starting a program costs what the starter holds of memory: this
 * process holds next to nothing. Ends with whoever started it.
 */
import { spawn } from 'node:child_process';

const streams = new Map();

process.on('disconnect', () => process.exit());
process.on('message', message => {
  if ('directory' in message) start(message);
  else pass(streams.get(message.id), message);
});

const tell = (id, what) => process.connected && process.send({ id, ...what });

function start({ id, directory, args, env }) {
  const child = spawn('git', args, { cwd: directory, env, stdio: ['pipe', 'pipe', 'pipe'] });
  // git may close its input early; its exit code tells why.
  child.stdin.on('error', () => undefined);
  child.on('error', error => tell(id, { problem: error.message }));
  stream(id, child);
}

/** Tells the output piece by piece, each once it is wanted. */
function stream(id, child) {
  streams.set(id, child);
  child.stderr.resume();
  child.stdout.on('data', data => {
    child.stdout.pause();
    tell(id, { data });
  });
  child.stdout.pause();
  child.on('close', () => {
    streams.delete(id);
    tell(id, { closed: true });
  });
}

function pass(child, { id, data, ended, wanted, killed }) {
  if (data) child?.stdin.write(data, () => tell(id, { taken: true }));
  if (ended) child?.stdin.end();
  if (wanted) child?.stdout.resume();
  if (killed) {
    child?.kill();
    child?.stdout.resume();
  }
}
