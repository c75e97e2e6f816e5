/** What a repository's configuration switches on, in words: the same for every page and command. */

import type { RepositoryConfig } from './repository-config.ts';
import type { Schedules } from './schedule.ts';

export type Switch = { name: string; on: boolean; says: string };

export function switchesOf(
  config: RepositoryConfig,
  { graphs, schedules }: { graphs: readonly string[]; schedules: Schedules },
): Switch[] {
  const { remediate, triage, dispatch, backlogs, environments, hooks, mode, roles } = config;
  const disabled = Object.entries(roles ?? {}).flatMap(([name, role]) =>
    role.enabled === false ? [name] : [],
  );
  const list = (names: readonly string[]) => names.join(', ');
  const named = (name: string, names: readonly string[], says: string): Switch => ({
    name,
    on: names.length > 0,
    says: `${says}: ${list(names) || 'none'}.`,
  });
  return [
    {
      name: 'remediate.ci',
      on: remediate.ci,
      says: 'Failing checks on pull requests of Gatehouse start work.',
    },
    {
      name: 'remediate.pulls',
      on: remediate.pulls === true,
      says: 'Failing checks on pull requests of people start work.',
    },
    {
      name: 'remediate.reviews',
      on: remediate.reviews === true,
      says: 'Reviews that ask for changes start work.',
    },
    {
      name: 'triage',
      on: triage !== undefined,
      says: triage
        ? `Issues are triaged when they are opened, with the labels ${list(triage.labels) || 'none'}.`
        : 'Issues are not triaged when they are opened.',
    },
    named('dispatch', dispatch?.commands ?? [], 'A repository_dispatch may give the commands'),
    {
      name: 'backlogs.confirm',
      on: backlogs?.confirm !== false,
      says: 'A person says yes to the plan of a backlog before it begins.',
    },
    named('environments', Object.keys(environments ?? {}), 'It is deployed to'),
    named('graphs', graphs, 'It has graphs of its own'),
    named('schedule', Object.keys(schedules), 'Work is started at certain times'),
    named(
      'hooks',
      (hooks ?? []).map(({ name }) => name),
      'Hooks',
    ),
    named('roles', disabled, 'These roles never work here'),
    {
      name: 'mode: observe',
      on: mode === 'observe',
      says: 'Its own rules are tried: what they would answer is recorded and not enforced.',
    },
  ];
}
