/** `gatehouse token`: what other systems call with is made, listed and revoked. */
import { InvalidArgumentError } from 'commander';
import { STARTABLE } from '../../core/commands/commands.ts';
import { plain } from '../../core/text/plain-text.ts';
import { createToken, revokeToken } from '../../engine/access/tokens.ts';
import type { GrantedRepository, MachineToken } from '../../engine/ports/machine-tokens.ts';
import { type Output, print, table } from '../output.ts';
import type { Make } from '../policy/commands.ts';
import type { OpenedLog, OpenedToSteer, Services } from '../services.ts';
import { operator } from '../steer/steer.ts';

const DAY_MS = 86_400_000;

type CreateOptions = {
  json: boolean;
  project: string;
  repository: GrantedRepository[];
  command: string[];
  trusted: boolean;
  reads: boolean;
  days: number;
};

export function addTokenCommands(command: Make, services: Services, output: Output): void {
  command('create', 'Make a token for another system; its text is shown once.', [
    'gatehouse token create --project billing --repository acme/shop --command fix',
    'gatehouse token create --project alerts --repository shop=acme/shop --repository acme/web --command fix --command test --days 30',
  ])
    .requiredOption('--project <name>', 'who answers for what it starts', project)
    .requiredOption(
      '--repository <[alias=]owner/name>',
      'a repository that it may name, and by which other name; several times for several',
      repository,
    )
    .requiredOption(
      '--command <command>',
      `a command that it may give: ${STARTABLE.join(', ')}; several times for several`,
      startable,
    )
    .option('--trusted', 'its texts count as written by somebody with write access', false)
    .option('--reads', 'it reads every task of its repositories over the API', false)
    .option('--days <days>', 'how long it is good, 1 to 3650', days, 90)
    .action((options: CreateOptions) =>
      withHandle(services, async opened => {
        const { project, repository: repositories, command: commands, trusted, reads } = options;
        const expiresAt = new Date((await opened.now()).getTime() + options.days * DAY_MS);
        const grant = { project, repositories, commands, trusted, reads, expiresAt };
        const token = await createToken(opened, grant, operator());
        print(output, options.json, { ...token, expiresAt }, [
          token.text,
          `It is shown this once. It is good until ${dayOf(expiresAt)}; \`gatehouse token revoke ${token.id}\` ends it.`,
        ]);
      }),
    );

  command('list', 'List the tokens: for what they are good, until when, and when they were used.', [
    'gatehouse token list',
    "gatehouse token list --json | jq -r '.tokens[] | select(.lastUsedAt == null).id'",
  ]).action((options: { json: boolean }) =>
    withLog(services, async ({ machineTokens }) => {
      const tokens = await machineTokens.list();
      const head = [
        'ID',
        'PROJECT',
        'REPOSITORIES',
        'COMMANDS',
        'TRUSTED',
        'READS',
        'STATE',
        'LAST USED',
      ];
      const lines = [head, ...tokens.map(token => cellsOf(token, new Date()))];
      print(
        output,
        options.json,
        { tokens },
        tokens.length === 0 ? ['There are no tokens.'] : table(lines),
      );
    }),
  );

  command('revoke', 'End a token at once.', ['gatehouse token revoke 0a1b2c3d4e5f'])
    .argument('<id>', 'its id, as `list` has it')
    .action((id: string, options: { json: boolean }) =>
      withHandle(services, async opened => {
        const open = await revokeToken(opened, id, operator());
        if (open === null)
          throw new Error(
            `there is no token "${plain(id)}" that could be revoked: \`gatehouse token list\` lists them`,
          );
        print(output, options.json, { revoked: id, open }, [
          `The token ${id} is revoked.`,
          ...(open.length > 0
            ? ['What it started begins nothing more. What still runs of it is ended by:']
            : []),
          ...open.map(task => `  gatehouse cancel ${task}`),
        ]);
      }),
    );
}

const withLog = (services: Services, use: (opened: OpenedLog) => Promise<void>): Promise<void> =>
  closed(services.openLog(), use);

/** What changes something is on record. */
const withHandle = (
  services: Services,
  use: (opened: OpenedToSteer) => Promise<void>,
): Promise<void> => closed(services.openToSteer(), use);

async function closed<O extends OpenedLog>(
  opening: Promise<O>,
  use: (opened: O) => Promise<void>,
): Promise<void> {
  const opened = await opening;
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}

function cellsOf(token: MachineToken, now: Date): string[] {
  const { id, project, repositories, commands, expiresAt, revokedAt, lastUsedAt } = token;
  const names = repositories.map(({ name, alias }) => (alias === null ? name : `${alias}=${name}`));
  const state =
    revokedAt !== null
      ? `revoked ${dayOf(revokedAt)}`
      : `${expiresAt <= now ? 'expired' : 'until'} ${dayOf(expiresAt)}`;
  return [
    id,
    plain(project, 40),
    plain(names.join(', '), 80),
    commands.join(', '),
    token.trusted ? 'yes' : 'no',
    token.reads ? 'yes' : 'no',
    state,
    lastUsedAt === null ? 'never' : `${lastUsedAt.toISOString().slice(0, 16).replace('T', ' ')}Z`,
  ];
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

export function project(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,59}$/i.test(text)) return text;
  throw new InvalidArgumentError(
    'A project is 1 to 60 letters, digits, ".", "_" and "-", and begins with a letter or a digit.',
  );
}

function repository(text: string, before: GrantedRepository[] = []): GrantedRepository[] {
  const [, alias, name] = /^(?:([\w.-]{1,60})=)?([\w.-]{1,60}\/[\w.-]{1,100})$/.exec(text) ?? [];
  if (name === undefined)
    throw new InvalidArgumentError('A repository is owner/name, or alias=owner/name.');
  if (alias !== undefined && before.some(other => other.alias === alias))
    throw new InvalidArgumentError(`The alias ${alias} is another repository's already.`);
  return [...before, { name, alias: alias ?? null }];
}

function startable(text: string, before: string[] = []): string[] {
  if (STARTABLE.some(name => name === text)) return [...new Set([...before, text])];
  throw new InvalidArgumentError(`A token may give ${STARTABLE.join(', ')}, and nothing else.`);
}

function days(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 3650) return value;
  throw new InvalidArgumentError('It is a whole number from 1 to 3650.');
}
