/** `gatehouse open`: a link that signs in as the operator of this shell, opened where there is a browser. */
import { spawn } from 'node:child_process';
import { makeLink } from '../../engine/access/sessions.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import { operator } from '../steer/steer.ts';
import { taskId } from '../task-id.ts';

export async function openConsole(
  services: Pick<Services, 'openLog' | 'consoleUrl'>,
  output: Output,
  task: string | null,
  { json, print: onlyPrint }: { json: boolean; print: boolean },
): Promise<void> {
  const base = services.consoleUrl();
  const opened = await services.openLog();
  try {
    const to = task === null ? '/console/' : `/console/tasks/${await taskId(opened, task)}`;
    const code = await makeLink(opened, operator().name);
    const url = `${base}/auth/link?${new URLSearchParams({ code, to })}`;
    const shown = !json && !onlyPrint && (await inBrowser(url));
    print(output, json, { url }, [
      shown ? `Opened ${base}${to} in your browser.` : url,
      ...(shown ? [] : ['It is good once, for a minute.']),
    ]);
  } finally {
    await opened.close();
  }
}

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', linux: 'xdg-open' };

/** Whether a browser was started: never where nobody sits before this machine. */
function inBrowser(url: string): Promise<boolean> {
  const opener = OPENERS[process.platform];
  const sits = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!opener || !sits || !process.stdout.isTTY) return Promise.resolve(false);
  return new Promise(done => {
    const started = spawn(opener, [url], { stdio: 'ignore', detached: true });
    started.once('error', () => done(false));
    started.once('spawn', () => {
      started.unref();
      done(true);
    });
  });
}
