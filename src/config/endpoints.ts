/** The file of endpoints that are told of tasks: what each is, by the name that hooks have for it. */
import { z } from 'zod';
import { Moments } from '../core/hooks/hook.ts';
import type { KeptSecret } from './kept-secret.ts';
import { named } from './named.ts';

const file = z.string().startsWith('/', 'must be absolute').optional();
const command = z.tuple([z.string().min(1)], z.string()).optional();

const isHttp = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

const Endpoint = z
  .strictObject({
    /** A chat's address is a secret: then it is in a file, or printed by a command. */
    url: z.string().refine(isHttp, 'must be a URL of http or https').optional(),
    url_file: file,
    url_command: command,
    format: z.enum(['standard', 'slack']).default('standard'),
    /** What messages are signed with: `whsec_` and at least 24 bytes in base64, or the base64 alone. */
    secret_file: file,
    secret_command: command,
    /** The moments at which it is told of every task. */
    on: Moments.optional(),
    /** Patterns of owner/name. */
    repositories: z
      .array(z.string().regex(/^[\w.*-]+\/[\w.*-]+$/, 'must be owner/name, with * for any'))
      .min(1)
      .default(['*/*']),
    /** Whether it is in a network of one's own. */
    private: z.boolean().default(false),
  })
  .superRefine((given, context) => {
    const { url, url_file, url_command, secret_file, secret_command, format } = given;
    const fail = (message: string) => context.addIssue({ code: 'custom', message });
    if ([url, url_file, url_command].filter(place => place !== undefined).length !== 1)
      fail('must have one of url, url_file and url_command');
    if (secret_file && secret_command) fail('has both secret_file and secret_command: keep one');
    if (format === 'standard' && !secret_file && !secret_command)
      fail('must have secret_file or secret_command, which its messages are signed with');
    if (url !== undefined && URL.parse(url)?.protocol === 'http:' && !given.private)
      fail('is reached without TLS: use https, or `private: true` in a network of your own');
  });

export const EndpointsFile = named(Endpoint, {
  is: /^[a-z][a-z0-9-]{0,30}$/,
  else: 'must be a name in lower case, such as "team-chat"',
});

export type EndpointConfig = Pick<
  z.output<typeof Endpoint>,
  'format' | 'on' | 'repositories' | 'private'
> & {
  name: string;
  url: { plain: string } | KeptSecret;
  secret: KeptSecret | null;
};

export function endpointOf(name: string, given: z.output<typeof Endpoint>): EndpointConfig {
  const { url, url_file, url_command, secret_file, secret_command, ...rest } = given;
  const prefix = `WEBHOOK_${name.toUpperCase().replaceAll('-', '_')}`;
  const keptUrl = keptAt(`${prefix}_URL`, url_file, url_command);
  return {
    ...rest,
    name,
    url: keptUrl ?? { plain: url ?? '' },
    secret: keptAt(`${prefix}_SECRET`, secret_file, secret_command),
  };
}

function keptAt(
  name: string,
  path: string | undefined,
  argv: [string, ...string[]] | undefined,
): KeptSecret | null {
  if (path !== undefined) return { name, by: 'file', path };
  return argv === undefined ? null : { name, by: 'command', argv };
}
