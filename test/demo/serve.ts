/** Gatehouse as a process of its own, started as an operator starts it; its log is read beside it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PROVIDERS } from '../../src/compose/agents/providers.ts';
import { open } from '../../src/compose/stores/open.ts';
import { createLogger } from '../../src/compose/telemetry/logger.ts';
import { describeFaults } from '../../src/config/fault.ts';
import { readStoreConfig } from '../../src/config.ts';
import type { Dependencies } from '../../src/engine/dependencies.ts';
import { until } from './until.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
/** What Gatehouse is told of this machine, besides its own settings. */
const MACHINE = ['PATH', 'HOME', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];

export type Served = {
  /** What it keeps, read beside it. */
  parts: Pick<
    Dependencies,
    | 'artifacts'
    | 'deliveries'
    | 'leases'
    | 'ledger'
    | 'log'
    | 'machineTokens'
    | 'now'
    | 'outbox'
    | 'requestBudget'
    | 'runOutput'
    | 'schedules'
    | 'decisions'
    | 'runRecords'
    | 'sessions'
    | 'taskPages'
    | 'workers'
    | 'tasks'
  >;
  stop(): Promise<void>;
};

/** It can be ended in the middle of its work, and begins again on the same database. */
export type Restartable = Served & { restart(): Promise<void> };

/**
 * Resolves once webhooks are received; throws with what the process said where it ends instead.
 * `log` is called with what it logs.
 */
export async function serveGatehouse(
  settings: Record<string, string>,
  main = MAIN,
  log = (chunk: Buffer) => void process.stderr.write(chunk),
): Promise<Restartable> {
  const machine = Object.entries(process.env).filter(
    ([name]) => MACHINE.includes(name) || name.toLowerCase().startsWith('npm_config_'),
  );
  const env = { ...Object.fromEntries(machine), ...settings };
  const [command = '', ...argv] = boundToUs([process.execPath, main, 'serve', '--json']);
  const begin = async () => {
    const child = spawn(command, argv, {
      // A `.env` of the folder we stand in is none of the demo's.
      cwd: settings.GATEHOUSE_STATE_DIR,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', chunk => {
      said = `${said}${chunk}`.slice(-4_000);
      if (settings.LOG_LEVEL !== 'silent') log(chunk);
    });
    child.stdout.resume();
    await until('Gatehouse to be ready', async () => {
      if (child.exitCode !== null) throw new Error(`Gatehouse did not start: ${said.trim()}`);
      const answer = await fetch(`http://127.0.0.1:${settings.PORT}/ready`).catch(() => null);
      return answer?.ok;
    }).catch(async error => {
      await end(child);
      throw error;
    });
    return child;
  };
  let running = await begin();
  const read = readStoreConfig(settings, PROVIDERS);
  if (!read.ok) throw new Error(describeFaults(read.faults));
  const opened = await open(read.config, createLogger('silent', []));
  return {
    parts: { ...opened.store, artifacts: opened.artifacts },
    async restart() {
      const gone = once(running, 'exit');
      running.kill('SIGKILL');
      await gone;
      running = await begin();
    },
    async stop() {
      await opened.close();
      await end(running);
    },
  };
}

/** What runs gets two seconds; then it ends at once. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), 2_000),
    setTimeout(() => child.kill('SIGKILL'), 15_000),
  ];
  await gone;
  for (const timer of timers) clearTimeout(timer);
}

/** Ends with us, also where we are killed. */
function boundToUs(argv: string[]): string[] {
  const bind = ['setpriv', '--pdeathsig', 'TERM'];
  const { status } = spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' });
  return status === 0 ? [...bind, ...argv] : argv;
}
