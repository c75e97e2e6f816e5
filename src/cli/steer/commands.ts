/** `gatehouse cancel`, `pause`, `resume`, `retry`, `unlock`, `recover`: an operator steers a task. */
import type { Output } from '../output.ts';
import type { Make } from '../policy/commands.ts';
import type { Services } from '../services.ts';
import { steer } from './steer.ts';

const TASK = ['<task>', 'the id of a task'] as const;
const target = null;

export function addSteerCommands(
  command: Make,
  services: Pick<Services, 'openToSteer'>,
  output: Output,
): void {
  command('cancel', 'Stop a task; what is running is killed.', ['gatehouse cancel 42-1-0a1b2c3d'])
    .argument(...TASK)
    .action((task, { json }) => {
      const done = 'Canceled. What is running is killed within two seconds.';
      return steer(services, output, {
        task,
        json,
        done,
        command: by => ({ type: 'cancel', by, target }),
      });
    });

  command('pause', 'Let what a task runs end, and begin nothing more until it is resumed.', [
    'gatehouse pause 42-1-0a1b2c3d',
  ])
    .argument(...TASK)
    .action((task, { json }) =>
      steer(services, output, {
        task,
        json,
        done: 'Paused. `gatehouse resume` goes on.',
        command: by => ({ type: 'pause', by, target }),
      }),
    );

  command('resume', 'Go on with a task that is paused.', ['gatehouse resume 42-1-0a1b2c3d'])
    .argument(...TASK)
    .action((task, { json }) =>
      steer(services, output, {
        task,
        json,
        done: 'It goes on.',
        command: by => ({ type: 'resume', by, target }),
      }),
    );

  command('retry', 'Try again what failed, or what waits for an agent.', [
    'gatehouse retry 42-1-0a1b2c3d',
    "gatehouse retry 42-1-0a1b2c3d 'The key is renewed.'",
  ])
    .argument(...TASK)
    .argument('[what]', 'what is said to it', '')
    .action((task, instructions, { json }) =>
      steer(services, output, {
        task,
        json,
        done: 'It is tried again.',
        command: by => ({ type: 'retry', by, instructions }),
      }),
    );

  command('unlock', "Free a task's branch from a process that is stuck.", [
    'gatehouse unlock 42-1-0a1b2c3d',
  ])
    .argument(...TASK)
    .action((task, { json }) =>
      steer(services, output, {
        task,
        json,
        done: '',
        command: by => ({ type: 'unlock', by, target, work: false }),
      }),
    );

  command('recover', 'Take all work on a task from the processes that have it; others go on.', [
    'gatehouse recover 42-1-0a1b2c3d',
  ])
    .argument(...TASK)
    .action((task, { json }) =>
      steer(services, output, {
        task,
        json,
        done: '',
        command: by => ({ type: 'unlock', by, target, work: true }),
      }),
    );
}
