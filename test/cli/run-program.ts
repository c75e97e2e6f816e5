/** A command of `gatehouse`, run in the test's own process. */
import { createProgram } from '../../src/cli/program.ts';
import type { OpenedLog, OpenedToSteer, Services } from '../../src/cli/services.ts';
import { createHandle } from '../../src/engine/handle.ts';
import { ArtifactMissing } from '../../src/engine/ports/artifacts.ts';
import type { TestStore } from '../adapters/store/database.ts';

const unused = (what: string) => async (): Promise<never> => {
  throw new Error(`this command needs no ${what}`);
};

/** What it says on both outputs, and how it ends; services that are not given are not to be used. */
export async function runProgram(
  args: string[],
  given: Partial<Services>,
): Promise<{ out: string; code: number }> {
  const said = { out: '', code: 0 };
  const out = (text: string) => {
    said.out += text;
  };
  const services: Services = {
    openLog: unused('database'),
    openToSteer: unused('commands'),
    openReplay: unused('sandbox'),
    anchors: unused('anchor'),
    serve: unused('server'),
    work: unused('worker'),
    submit: unused('call'),
    submitBacklog: unused('backlog'),
    evaluate: unused('evaluation'),
    checkUp: unused('check'),
    checkAgents: unused('check of agents'),
    installAgents: unused('installer'),
    readOneShot: unused('reader'),
    setup: unused('setup'),
    takeOver: unused('take-over'),
    deviceSignIn: unused('sign-in'),
    gitHubHost: () => 'github.com',
    consoleUrl: () => 'http://127.0.0.1:3000',
    deliveries: () => 'webhook',
    policies: () => '',
    readClone: unused('clone'),
    roles: unused('agents'),
    ...given,
  };
  const exit = (code: number) => {
    said.code = code;
  };
  await createProgram(services, { out, err: out, exit }).parseAsync(args, { from: 'user' });
  return said;
}

/** The log of a test's database, with a storage that has no artifacts. */
export const openLogOf = (store: TestStore) => async (): Promise<OpenedLog> => {
  const never = unused('artifact');
  return {
    ...store,
    artifacts: {
      put: never,
      get: async digest => {
        throw new ArtifactMissing(digest);
      },
      part: never,
      link: never,
      list: never,
      expired: never,
      old: never,
      expire: never,
    },
    close: async () => {},
  };
};

export const openToSteerOf = (store: TestStore) => async (): Promise<OpenedToSteer> => ({
  ...(await openLogOf(store)()),
  handle: createHandle({
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    redact: text => text,
    appended: async () => {},
  }),
});
