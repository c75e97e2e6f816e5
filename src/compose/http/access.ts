/** Who may use the console: sign-in with GitHub, sessions, and roles, put together of the engine's parts. */
import { readFile } from 'node:fs/promises';
import { createSeal } from '../../adapters/github/client/seal.ts';
import { createSignIn } from '../../adapters/github/people/sign-in.ts';
import type { Config } from '../../config.ts';
import { createMinuteLimit } from '../../control/minute-limit.ts';
import { type AuthPages, createAuthPages } from '../../control/sign-in/auth-pages.ts';
import { createSessionViewer } from '../../control/sign-in/session-viewer.ts';
import type { SessionViewer } from '../../control/who-asks.ts';
import { asksTeams, type RoleGrant, RolesFile } from '../../core/access/roles.ts';
import { createPersonTokens } from '../../engine/access/person-tokens.ts';
import { createSeenBy, type SeenBy } from '../../engine/access/seen.ts';
import { IDLE_MS } from '../../engine/access/sessions.ts';
import { createFindSignedIn } from '../../engine/access/signed-in.ts';
import type { WorkerDependencies } from '../../engine/dependencies.ts';
import { parseYaml } from '../../engine/policies/yaml-text.ts';
import { faultLine } from '../../policy/fault.ts';

/** Of one address: somebody who signs in sends two or three. */
const PAGES_PER_MINUTE = 60;
/** How often what is over is removed. */
const CLEAR_MS = 3_600_000;

type ConsoleAccess = {
  authPages: AuthPages;
  /** Who a browser's session stands for. */
  session: SessionViewer;
  /** `null`: nobody can sign in with GitHub. */
  seenBy: SeenBy | null;
  close(): void;
};

export function openAccess(
  config: Pick<Config, 'github' | 'hooks'> & { roles: readonly RoleGrant[] },
  deps: WorkerDependencies,
  publicUrl: () => string,
): ConsoleAccess {
  const { sessions, handle, clock, logger, changes } = deps;
  const { roles: grants } = config;
  const seal = createSeal(config.github.privateKey.reveal());
  const now = () => clock.now().getTime();
  const signIn = signInOf(config.github, deps, { grants, now });
  const github = signIn && {
    signIn,
    tokens: createPersonTokens({ sessions, signIn, seal, now, logger }),
  };
  const access = { sessions, handle, clock };
  const seenBy = github && createSeenBy({ ...github, changes, now });
  const clear = () =>
    (github ? github.tokens.clear(IDLE_MS) : sessions.clear(IDLE_MS)).catch((error: unknown) =>
      logger.warn({ err: error }, 'sessions that are over were not removed'),
    );
  const timer = setInterval(clear, CLEAR_MS);
  timer.unref();
  return {
    close: () => clearInterval(timer),
    seenBy,
    session: createSessionViewer({
      find: createFindSignedIn({
        access,
        github: github && seenBy && { ...github, seenBy },
        grants,
      }),
      taskPages: deps.taskPages,
    }),
    authPages: createAuthPages({
      access,
      github,
      seal,
      publicUrl,
      ofAddress: createMinuteLimit(PAGES_PER_MINUTE),
      proxies: config.hooks.proxies,
      logger,
    }),
  };
}

/** `null`: it is not set up. */
function signInOf(
  { client }: Config['github'],
  { settings, logger: log }: WorkerDependencies,
  { grants, now }: { grants: readonly RoleGrant[]; now: () => number },
) {
  if (client?.secret == null) return null;
  const credentials = { id: client.id, secret: client.secret.reveal() };
  const { web } = settings;
  return createSignIn({ web, client: credentials, asksTeams: asksTeams(grants), log, now });
}

/** Throws one error that lists every fault. */
export async function loadRoleGrants(file: string | null): Promise<RoleGrant[]> {
  if (file === null) return [];
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`The file of roles can't be read: ${error.message}`);
  });
  const read = parseYaml(file, text, RolesFile);
  if (!read.ok)
    throw new Error(`The file of roles is wrong:\n${read.faults.map(faultLine).join('\n')}`);
  return read.value;
}
