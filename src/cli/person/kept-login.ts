/** The file of sign-ins by `gatehouse login`, one for each GitHub; only its owner can read it. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Person } from '../../core/actor.ts';

const Login = z.strictObject({
  person: Person,
  tokens: z.strictObject({
    token: z.string(),
    endsAt: z.string().nullable(),
    refresh: z.string().nullable(),
  }),
});
export type Login = z.infer<typeof Login>;

export type KeptLogins = {
  find(host: string): Promise<Login | null>;
  /** `null` removes the sign-in. */
  keep(host: string, login: Login | null): Promise<void>;
};

type Variables = Readonly<Record<string, string | undefined>>;

/** The folder for a user's settings, as freedesktop.org specifies it. */
const folderOf = ({ XDG_CONFIG_HOME }: Variables): string =>
  join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'gatehouse');

export function createKeptLogins(env: Variables = process.env): KeptLogins {
  const folder = folderOf(env);
  const file = join(folder, 'logins.json');
  const read = async (): Promise<Record<string, Login>> => {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    const logins = z.record(z.string(), Login).safeParse(jsonOf(text));
    if (logins.success) return logins.data;
    throw new Error(`${file} is not what \`gatehouse login\` wrote: remove it and sign in again`);
  };
  return {
    async find(host) {
      return (await read())[host] ?? null;
    },
    async keep(host, login) {
      const { [host]: _, ...others } = await read();
      const next = login === null ? others : { ...others, [host]: login };
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const written = `${file}.${process.pid}`;
      try {
        // The file is replaced as a whole, and others can't read it at any moment.
        await writeFile(written, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
        await rename(written, file);
      } finally {
        await rm(written, { force: true });
      }
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
