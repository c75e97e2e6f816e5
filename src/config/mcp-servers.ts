/** The file of MCP servers: what each is, by the name that roles have for it. */
import { z } from 'zod';
import type { KeptSecret } from './kept-secret.ts';
import { named } from './named.ts';

const Text = z
  .string()
  .max(4_096)
  .regex(/^[^\p{Cc}]*$/u, 'holds control characters');

const Stdio = z.strictObject({
  /** A program that sandboxes see, and its arguments. */
  command: Text.min(1),
  args: z.array(Text).max(100).default([]),
  /** Its environment. It runs beside the agent, so no secret belongs here. */
  env: named(Text, { is: /^[A-Za-z_]\w*$/, else: 'must be the name of a variable' }).default({}),
});

const Http = z
  .strictObject({
    url: z
      .string()
      .refine(
        text => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
        'must be a URL of http or https',
      )
      .refine(text => {
        const { username, password } = URL.parse(text) ?? {};
        return !username && !password;
      }, 'holds a user name or a password: keep them in token_file or token_command'),
    /** The credential, which the gateway adds outside the sandbox. */
    token_file: z.string().startsWith('/', 'must be absolute').optional(),
    token_command: z.tuple([z.string().min(1)], z.string()).optional(),
    /** The header of the credential; in `authorization` it is a bearer token. */
    header: z
      .string()
      .regex(/^[A-Za-z][\w-]{0,60}$/, 'must be the name of a header')
      .transform(name => name.toLowerCase())
      .refine(name => !OWN_HEADERS.includes(name), 'is a header that the gateway sets itself')
      .default('authorization'),
  })
  .refine(
    ({ token_file, token_command }) => !(token_file && token_command),
    'has both token_file and token_command: keep one',
  );

const OWN_HEADERS = [
  ...['host', 'connection', 'content-length', 'content-type', 'transfer-encoding'],
  ...['accept', 'accept-encoding', 'mcp-session-id', 'mcp-protocol-version', 'upgrade'],
];

const Server = z.union([Stdio, Http]);
export const McpServersFile = named(Server, {
  is: /^[a-z][a-z0-9-]{0,30}$/,
  else: 'must be a name in lower case, such as "docs"',
});

export type McpServerConfig = { name: string } & (
  | (z.output<typeof Stdio> & { kind: 'stdio' })
  | { kind: 'http'; url: string; header: string; secret: KeptSecret | null }
);

export function mcpServerOf(name: string, given: z.output<typeof Server>): McpServerConfig {
  if ('command' in given) return { name, kind: 'stdio', ...given };
  const { url, header, token_file: path, token_command: argv } = given;
  const secret = `MCP_${name.toUpperCase().replaceAll('-', '_')}`;
  const kept: KeptSecret | null = path
    ? { name: secret, by: 'file', path }
    : argv
      ? { name: secret, by: 'command', argv }
      : null;
  return { name, kind: 'http', url, header, secret: kept };
}
