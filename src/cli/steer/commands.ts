/** `gatehouse cancel`, `pause`, `resume`, `retry`, `unlock`, `recover`: an operator steers a task. */
import type { Operator } from '../../core/actor.ts';
import type { Output } from '../output.ts';
import type { Make } from '../policy/commands.ts';
import type { Services } from '../services.ts';
import { type Steering, steer } from './steer.ts';

type Row = {
  name: string;
  description: string;
  /** What it comes to, for people; empty where that depends on what was found. */
  done: string;
  /** What it is about. */
  takes: string;
  /** What is said to the task; null where it takes no words. */
  says: { description: string; example: string | null } | null;
  command: (by: Operator, words: string) => Steering;
};

const target = null;
const TASK = 'the id of a task';
const TASK_OR_BACKLOG = `${TASK}, or backlog/ID`;

const ROWS: readonly Row[] = [
  {
    name: 'cancel',
    description: 'Stop a task; what is running is killed.',
    done: 'Canceled. What is running is killed within two seconds.',
    takes: TASK_OR_BACKLOG,
    says: { description: 'of a backlog: the item to cancel; all of it without', example: null },
    command: by => ({ type: 'cancel', by, target }),
  },
  {
    name: 'pause',
    description: 'Let what a task runs end, and begin nothing more until it is resumed.',
    done: 'Paused. `gatehouse resume` goes on.',
    takes: TASK_OR_BACKLOG,
    says: null,
    command: by => ({ type: 'pause', by, target }),
  },
  {
    name: 'resume',
    description: 'Go on with a task that is paused.',
    done: 'It goes on.',
    takes: TASK_OR_BACKLOG,
    says: null,
    command: by => ({ type: 'resume', by, target }),
  },
  {
    name: 'retry',
    description: 'Try again what failed, or what waits for an agent.',
    done: 'It is tried again.',
    takes: TASK_OR_BACKLOG,
    says: {
      description: 'what is said to it; of a backlog: the item to try again',
      example: "'The key is renewed.'",
    },
    command: (by, instructions) => ({ type: 'retry', by, instructions }),
  },
  {
    name: 'unlock',
    description: "Free a task's branch from a process that is stuck.",
    done: '',
    takes: TASK,
    says: null,
    command: by => ({ type: 'unlock', by, target, work: false }),
  },
  {
    name: 'recover',
    description: 'Take all work on a task from the processes that have it; others go on.',
    done: '',
    takes: TASK,
    says: null,
    command: by => ({ type: 'unlock', by, target, work: true }),
  },
];

export function addSteerCommands(
  make: Make,
  services: Pick<Services, 'openToSteer'>,
  output: Output,
): void {
  for (const { name, description, done, takes, says, command } of ROWS) {
    const example = `gatehouse ${name} 42-1-0a1b2c3d`;
    const made = make(
      name,
      description,
      says?.example ? [example, `${example} ${says.example}`] : [example],
    ).argument('<task>', takes);
    const act = (task: string, words: string, { json }: { json: boolean }) =>
      steer(services, output, {
        task,
        json,
        done,
        item: words === '' ? null : words,
        command: by => command(by, words),
      });
    if (says) made.argument('[what]', says.description, '').action(act);
    else made.action((task, options) => act(task, '', options));
  }
}
