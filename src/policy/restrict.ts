/**
 * What `.github/gatehouse.yml` restricts, as the forbids that it stands for: one mechanism decides,
 * keeps and explains what a repository says, however it says it.
 */
import type { RepositoryConfig } from '../core/repository-config/repository-config.ts';

/** Where a path of the file stands; the forbid made of it gets the same line. */
type LineOf = (path: string[]) => number;

export function restrictions(config: RepositoryConfig, file: string, lineOf: LineOf): string {
  const lines: string[] = [];
  const put = (path: string[], policy: string) => {
    const at = lineOf(path) - 1;
    while (lines.length <= at) lines.push('');
    lines[at] = `${lines[at]}${policy} `;
  };
  const { roles = {}, scopes = {}, limits = {} } = config;
  for (const [role, { enabled, paths, commands }] of Object.entries(roles)) {
    const of = `principal.role == "${role}"`;
    if (enabled === false)
      put(
        ['roles', role, 'enabled'],
        forbid(
          `no-role-${role}`,
          `${file} line ${lineOf(['roles', role, 'enabled'])} keeps the role ${role} from working here.`,
          {
            actions: ['run.start'],
            when: of,
          },
        ),
      );
    if (paths)
      put(
        ['roles', role, 'paths'],
        forbid(`role-${role}-paths`, `${file} lets the role ${role} write only ${list(paths)}.`, {
          actions: ['file.write'],
          when: `${of} && ${OF_ITS_OWN} && !(${within('Path', paths)})`,
        }),
      );
    if (commands) {
      const lines = commands.map(words => words.join(' '));
      put(
        ['roles', role, 'commands'],
        forbid(`role-${role}-commands`, `${file} lets the role ${role} run only ${list(lines)}.`, {
          actions: ['command.exec'],
          when: `${of} && !(${within('Command', lines)})`,
        }),
      );
    }
  }
  if (scopes.write)
    put(
      ['scopes', 'write'],
      forbid('scope-write', `${file} lets agents write only ${list(scopes.write)}.`, {
        actions: ['file.write'],
        when: `!(${within('Path', scopes.write)})`,
      }),
    );
  if (scopes.never)
    put(
      ['scopes', 'never'],
      forbid('scope-never', `${file} keeps agents from writing ${list(scopes.never)}.`, {
        actions: ['file.write'],
        when: within('Path', scopes.never),
      }),
    );
  for (const name of ['files', 'lines', 'bytes'] as const) {
    const most = limits[name];
    if (most === undefined) continue;
    const size =
      name === 'lines' ? 'context.size.added + context.size.removed' : `context.size.${name}`;
    put(
      ['limits', name],
      forbid(`limit-${name}`, `The change is larger than ${file} allows: ${amount(most, name)}.`, {
        actions: ['patch.accept', 'pr.merge'],
        when: `${size} > ${most}`,
      }),
    );
  }
  return lines.join('\n');
}

/** What several roles made is published and merged at once: each one's part was held to its paths before. */
const OF_ITS_OWN = '["act", "accept"].contains(context.gate)';

const forbid = (id: string, reason: string, rule: { actions: string[]; when: string }): string =>
  [
    `@id("${id}") @reason("${reason}")`,
    `forbid (principal, action in [${rule.actions.map(a => `Action::"${a}"`).join(', ')}], resource)`,
    `when { ${rule.when} };`,
  ].join(' ');

/** A set, because the engine can't read a long row of alternatives. */
const within = (type: 'Path' | 'Command', ids: string[]): string =>
  `resource in [${ids.map(id => `${type}::"${id}"`).join(', ')}]`;

const amount = (most: number, name: string): string =>
  most === 1 ? `1 ${name.slice(0, -1)}` : `${most} ${name}`;

const list = (paths: string[]): string => paths.join(', ');
