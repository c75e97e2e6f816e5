/** `gatehouse login`, `logout`, `approve`, `deny`, `revoke`, `open`: what a person does from a shell as themselves. */
import type { Output } from '../output.ts';
import type { Make } from '../policy/commands.ts';
import type { Services } from '../services.ts';
import { type AnswerWord, answer, terminalConfirm } from './answer.ts';
import { createKeptLogins } from './kept-login.ts';
import { login, logout } from './login.ts';
import { openConsole } from './open-console.ts';

/** How long the outcome of an answer is waited for. GitHub mostly tells within a second. */
const WAIT_MS = 20_000;

const ANSWERS: readonly { says: AnswerWord; description: string; reasoned: boolean }[] = [
  {
    says: 'approve',
    description: 'Approve what a task asks, as yourself on GitHub.',
    reasoned: false,
  },
  { says: 'deny', description: 'Stop what a task asks until you approve it.', reasoned: true },
  { says: 'revoke', description: 'Take back what you approved.', reasoned: false },
];

export function addPersonCommands(make: Make, services: Services, output: Output): void {
  const logins = createKeptLogins();
  make('login', 'Sign in with GitHub, to answer from this shell as yourself.', [
    'gatehouse login',
  ]).action(({ json }) => login(services, output, { json, logins }));
  make('logout', 'Forget who is signed in at this shell.', ['gatehouse logout']).action(
    ({ json }) => logout(services, output, { json, logins }),
  );
  for (const { says, description, reasoned } of ANSWERS) {
    const example = `gatehouse ${says} 42-1-0a1b2c3d`;
    const made = make(says, description, [
      reasoned ? `${example} --reason 'The migration drops a column.'` : example,
      `${example} --yes`,
    ])
      .argument('<task>', 'the id of a task')
      .option('--yes', 'do not ask whether that is meant', false);
    if (reasoned) made.option('--reason <text>', 'why, for everybody to read', '');
    made.action((task, { yes, json, reason = '' }) =>
      answer(services, output, {
        task,
        says,
        reason,
        yes,
        json,
        logins,
        confirm: terminalConfirm(),
        waitMs: WAIT_MS,
      }),
    );
  }
  make(
    'open',
    'Open the console, or the page of a task, signed in as the operator of this shell.',
    ['gatehouse open', 'gatehouse open 42-1-0a1b2c3d', 'gatehouse open --print'],
  )
    .argument('[task]', 'the id of a task')
    .option('--print', 'print the link, and open nothing', false)
    .addHelpText(
      'after',
      '\nThe link is good once, for a minute. An operator sees everything and approves nothing.',
    )
    .action((task, options) => openConsole(services, output, task ?? null, options));
}
