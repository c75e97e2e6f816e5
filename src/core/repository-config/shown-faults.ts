/**
 * What of a sound `gatehouse.yml` could never be done, or never hold. It is shown, and stops nothing else:
 * whoever needs it is refused, or fails, by itself.
 */
import { placeFault, STARTABLE_ALONE, startable } from '../commands/commands.ts';
import type { DeclaredHook } from '../hooks/hook.ts';
import type { Environments } from './environment.ts';
import { environmentFaults } from './environment-faults.ts';
import type { FileFault } from './file-fault.ts';

type Read = {
  config: { environments?: Environments | undefined; hooks?: DeclaredHook[] | undefined };
  schedules: Readonly<Record<string, { command: string }>>;
};

export const shownFaults = (read: Read): FileFault[] => [
  ...environmentFaults(read.config.environments ?? {}),
  ...aloneFaults(read),
];

/** What is about nothing on GitHub, where the command has to be about something. */
function aloneFaults({ schedules, config: { hooks = [] } }: Read): FileFault[] {
  const faultOf = (path: FileFault['path'], command: string): FileFault[] => {
    const name = startable(command)?.name;
    const fault = name && placeFault(name, null);
    return fault
      ? [
          {
            path: [...path, 'command'],
            message: `${fault}, and this would be about none: it is one of ${STARTABLE_ALONE.join(', ')}`,
          },
        ]
      : [];
  };
  return [
    ...Object.entries(schedules).flatMap(([name, { command }]) =>
      faultOf(['schedule', name], command),
    ),
    ...hooks.flatMap(({ start }, at) =>
      start ? faultOf(['hooks', at, 'start'], start.command) : [],
    ),
  ];
}
