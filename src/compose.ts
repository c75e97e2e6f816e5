/** The composition root: with its rooms below, the only place that builds adapters. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Services } from './cli/services.ts';
import { PROVIDERS } from './compose/agents/providers.ts';
import { gitHubHost } from './compose/github/github-web.ts';
import { addressOf } from './compose/http/public-url.ts';
import { type Environment, readEnvironment } from './config/environment.ts';
import { type ConfigResult, describeFaults } from './config/fault.ts';
import { readAddress, readPersonConfig } from './config/person.ts';
import { readConfig, readStoreConfig } from './config.ts';

const files = { read: (path: string) => readFileSync(path, 'utf8') };

/** Null: this user may not enter the current folder. */
function nearSettings(): string | null {
  try {
    accessSync('.', constants.X_OK);
    return resolve('.env');
  } catch {
    return null;
  }
}

/** Nothing is read or loaded before a command asks for it: `--help` works without any settings. */
export function createServices(own: Environment): Services {
  const env = () => readEnvironment(own, files, nearSettings());
  const checkUp = async () => (await import('./compose/doctor/check-up.ts')).checkUp(env(), files);
  const checkAgents = async (options: { live: boolean }) => {
    const config = sound(readStoreConfig(env(), PROVIDERS));
    return (await import('./compose/doctor/check-agents.ts')).checkAgents(config, options);
  };
  const work = async (options: { listen: boolean }) => {
    const config = sound(readConfig(env(), files, PROVIDERS));
    const doctor = { checkUp, checkAgents: () => checkAgents({ live: false }) };
    return (await import('./compose/start.ts')).start(config, { ...options, doctor });
  };
  return {
    async openLog() {
      const config = sound(readStoreConfig(env(), PROVIDERS));
      return (await import('./compose/stores/open-log.ts')).openLog(config);
    },
    async openToSteer() {
      const config = sound(readStoreConfig(env(), PROVIDERS));
      return (await import('./compose/stores/open-log.ts')).openToSteer(config);
    },
    async openReplay() {
      const config = sound(readStoreConfig(env(), PROVIDERS));
      const whole = readConfig(env(), files, PROVIDERS);
      return (await import('./compose/commands/open-replay.ts')).openReplay(config, whole);
    },
    async anchors(file, keys, places) {
      const read = await import('./compose/github/anchors.ts');
      if (file !== null) return read.anchorsOfFile(file, keys);
      return read.anchorsOfGitHub(sound(readConfig(env(), files, PROVIDERS)), keys, places);
    },
    async roles() {
      const config = sound(readStoreConfig(env(), PROVIDERS));
      return (await (await import('./compose/agents/roles.ts')).loadRoles(config)).profiles;
    },
    policies: () => sound(readStoreConfig(env(), PROVIDERS)).policies,
    readClone: async (folder, of) =>
      (await import('./adapters/workspace/commits/read-clone.ts')).readClone(folder, of),
    serve: () => work({ listen: true }),
    work: () => work({ listen: false }),
    async submit(call, by) {
      const config = sound(readConfig(env(), files, PROVIDERS));
      return (await import('./compose/commands/submit.ts')).submit(config, call, by);
    },
    async submitBacklog(file, by) {
      const config = sound(readConfig(env(), files, PROVIDERS));
      return (await import('./compose/commands/submit.ts')).submitBacklog(config, file, by);
    },
    async evaluate(order) {
      const config = sound(readStoreConfig(env(), PROVIDERS));
      return (await import('./compose/commands/evaluate.ts')).evaluate(config, order);
    },
    checkUp,
    checkAgents,
    async installAgents(names, report) {
      const config = sound(readStoreConfig(env(), PROVIDERS));
      const { installAgents } = await import('./compose/commands/install-agents.ts');
      return installAgents(config, names, report);
    },
    readOneShot: async (agent, printed) =>
      (await import('./compose/commands/read-one-shot.ts')).readOneShot(agent, printed),
    async deviceSignIn() {
      const config = sound(readPersonConfig(env()));
      return (await import('./compose/commands/device-sign-in.ts')).deviceSignIn(config);
    },
    gitHubHost: () => gitHubHost(sound(readPersonConfig(env()))),
    consoleUrl: () => addressOf(sound(readAddress(env()))),
    deliveries: () => sound(readStoreConfig(env(), PROVIDERS)).deliveries,
    setup: async options => (await import('./compose/commands/setup.ts')).setup(env(), options),
    takeOver: async options =>
      (await import('./compose/commands/setup.ts')).takeOver(env(), options),
  };
}

function sound<T>(read: ConfigResult<T>): T {
  if (read.ok) return read.config;
  const faults = describeFaults(read.faults).replaceAll('\n', '\n  ');
  throw new Error(`The configuration has faults:\n  ${faults}`);
}
