/** A person at a shell: the commands that act as them on the local GitHub, in the test's own process. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeviceSignIn } from '../../src/adapters/github/people/device-sign-in.ts';
import { answer, type PersonAnswer } from '../../src/cli/person/answer.ts';
import { createKeptLogins } from '../../src/cli/person/kept-login.ts';
import { login, logout } from '../../src/cli/person/login.ts';
import type { OpenedLog } from '../../src/cli/services.ts';
import type { LocalGitHub } from '../simulator/start.ts';
import type { Account } from '../simulator/world/accounts.ts';
import type { App } from '../simulator/world/apps.ts';

export async function atAShell(
  github: LocalGitHub,
  app: App,
  openLog: () => Promise<OpenedLog> = () => Promise.reject(new Error('no log is needed')),
) {
  const folder = await mkdtemp(join(tmpdir(), 'gh-shell-'));
  const logins = createKeptLogins({ XDG_CONFIG_HOME: folder });
  const log = { warn: () => undefined };
  const options = { web: github.url, clientId: app.clientId, log, now: Date.now };
  const services = {
    openLog,
    deviceSignIn: async () => createDeviceSignIn(options),
    gitHubHost: () => github.host,
  };
  const said = async (run: (print: (text: string) => void) => Promise<void>): Promise<string> => {
    let text = '';
    await run(more => {
      text += more;
    });
    return text;
  };
  /** With which codes commands ended, where they did not succeed. */
  const exits: number[] = [];
  const exit = (code: number) => void exits.push(code);
  const output = (out: (text: string) => void) => ({ out, err: out, exit });
  return {
    folder,
    exits,
    logins,
    services,
    /** The person types the code that the shell shows, or refuses. */
    login: (person: Account | 'refused') =>
      said(print =>
        login(
          services,
          output(text => {
            print(text);
            const [code] = /[A-Z]{4}-[A-Z]{4}/.exec(text) ?? [];
            if (code) github.answerDevice(code, person);
          }),
          { json: false, logins },
        ),
      ),
    logout: () => said(print => logout(services, output(print), { json: false, logins })),
    answer: (given: Pick<PersonAnswer, 'task' | 'says'> & Partial<PersonAnswer>) =>
      said(print =>
        answer(services, output(print), {
          reason: '',
          yes: true,
          json: false,
          logins,
          confirm: null,
          waitMs: 60_000,
          ...given,
        }),
      ),
  };
}
