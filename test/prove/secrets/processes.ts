/** What processes are started with, looked at again and again: their arguments and their environment. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 50;

export type Watched = { argv: string[]; environment: string[]; sandboxed: number };

/** A Gatehouse, ours or that of another proof, is given its secrets in its environment; what it starts is not. */
export function watchProcesses() {
  const seen = new Set<string>();
  const watched = { argv: new Set<string>(), environment: new Set<string>(), sandboxed: 0 };
  let over = false;
  const look = async (pid: string) => {
    const [argv, environment] = await Promise.all(
      ['cmdline', 'environ'].map(file => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    const known = `${pid} ${argv}`;
    if (!argv || !environment || seen.has(known)) return;
    seen.add(known);
    const shown = argv.replaceAll('\0', ' ');
    watched.argv.add(shown);
    if (shown.includes('bwrap') || environment.includes('HOME=/home/agent')) watched.sandboxed += 1;
    if (!/ (?:serve|worker) /.test(`${shown} `) || !environment.includes('GATEHOUSE_STATE_DIR='))
      watched.environment.add(`${shown}\n${environment.replaceAll('\0', '\n')}`);
  };
  const watching = (async () => {
    while (!over) {
      const names = await readdir('/proc');
      await Promise.all(names.filter(name => /^\d+$/.test(name)).map(look));
      await sleep(EVERY_MS);
    }
  })();
  return {
    async stop(): Promise<Watched> {
      over = true;
      await watching;
      const { argv, environment, sandboxed } = watched;
      return { argv: [...argv], environment: [...environment], sandboxed };
    },
  };
}
