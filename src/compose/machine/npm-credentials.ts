/**
 * What signs in to a registry of npm's, where every sandbox reads it: in the settings that npm keeps beside
 * its programs, for all users of a prefix (`etc/npmrc`) or as part of itself.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENT_UID } from '../../engine/ports/sandbox.ts';
import { isBelow } from './nearest-folder.ts';

/** Below a prefix, below its `lib/node_modules`, and where Debian has npm. */
const SETTINGS = ['etc/npmrc', 'lib/node_modules/npm/npmrc', 'npm/npmrc', 'share/nodejs/npm/npmrc'];

/** Throws where a sandbox, which sees these folders, would read a credential in them. */
export async function assertNoCredentials(
  folders: readonly string[],
  root = process.getuid?.() === 0,
): Promise<void> {
  for (const path of folders.flatMap(folder => SETTINGS.map(name => join(folder, name)))) {
    // What Gatehouse can't read without being root, its sandboxes can't either.
    const settings = await readFile(path, 'utf8').catch(() => null);
    const line = settings === null ? null : lineOfCredential(settings);
    if (line === null || (root && !isReadByAgents(await stat(path)))) continue;
    const real = await realpath(path);
    // A link leads nowhere in the sandbox where what it names is elsewhere.
    const seen = await Promise.all(folders.map(folder => isBelow(real, folder)));
    if (!seen.includes(true)) continue;
    throw new Error(
      `Every sandbox would read the credential in line ${line} of ${path}: move the line to the .npmrc in the home of who needs it, or, where tasks need the registry, its token to GATEHOUSE_REGISTRIES (docs/operations.md, "Toolchains and package registries").`,
    );
  }
}

/** Whether agents read a file where Gatehouse is root: they run as a user without other groups. */
export function isReadByAgents({
  uid,
  gid,
  mode,
}: {
  uid: number;
  gid: number;
  mode: number;
}): boolean {
  if (uid === AGENT_UID) return (mode & 0o400) !== 0;
  return (mode & (gid === AGENT_UID ? 0o040 : 0o004)) !== 0;
}

const NAME_OF_CREDENTIAL = /(?:^|:)(?:_auth|_authtoken|_password|key)$/i;

/** The number of the first line with a credential; null: there is none. */
export function lineOfCredential(settings: string): number | null {
  const at = settings.split(/\r\n|\r|\n/).findIndex(isCredential);
  return at < 0 ? null : at + 1;
}

function isCredential(line: string): boolean {
  const equals = line.indexOf('=');
  if (equals < 0 || /^\s*[;#]/.test(line)) return false;
  const name = unquoted(line.slice(0, equals)).replace(/\[\]$/, '').trimEnd();
  const value = unquoted(line.slice(equals + 1));
  if (!NAME_OF_CREDENTIAL.test(name)) return hasSignIn(value);
  const [read = ''] = value.split(/[;#]/, 1);
  return !isVariable(read.trim());
}

/** npm reads names and values with and without quotes. */
function unquoted(text: string): string {
  const bare = text.trim();
  const [quote = ''] = bare;
  const isQuoted = /["']/.test(quote) && bare.length > 1 && bare.endsWith(quote);
  return (isQuoted ? bare.slice(1, -1) : bare).trim();
}

/** It is nothing, or what variables of the environment have, which no sandbox sees. */
const isVariable = (value: string): boolean => /^(?:\$\{[\w.]{1,200}\??\})*$/.test(value);

/** Who signs in, and by what, in an address: a token may be either of them. */
function hasSignIn(value: string): boolean {
  for (const [, scheme = '', signIn = ''] of value.matchAll(ADDRESS_WITH_SIGN_IN)) {
    const password = /:(.+)$/s.exec(signIn)?.[1];
    // Programs such as ssh have keys of their own: a name alone is no secret there.
    if (password === undefined && !/^https?$/i.test(scheme)) continue;
    if (!isVariable(password ?? signIn.replace(/:$/, ''))) return true;
  }
  return false;
}
const ADDRESS_WITH_SIGN_IN = /\b([a-z]{1,10}):\/\/([^\s/?#"']{1,2000})@/gi;
