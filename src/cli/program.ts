/** `gatehouse <command>`: what there is, with its options; each command is a file of its own. */
import { Command } from 'commander';
import { doctor } from './doctor.ts';
import { exportLog } from './export.ts';
import type { House } from './house.ts';
import { type Output, terminal } from './output.ts';
import { replay } from './replay.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';
import { status } from './status.ts';
import { verify } from './verify.ts';

export function createProgram(house: House, output: Output = terminal): Command {
  const program = new Command('gatehouse')
    .description(
      'Governs coding agents on GitHub: policy decides, people approve, a log proves it.',
    )
    .showHelpAfterError()
    .configureOutput({ writeOut: output.out, writeErr: output.err });
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--json', 'print JSON instead of text', false)
      .configureOutput({ writeOut: output.out, writeErr: output.err });

  command('setup', 'register the App on GitHub and write its credentials')
    .option('--port <port>', 'port of the setup page on this machine', port, 3000)
    .option('--org <organization>', 'register it for an organization')
    .action(options => setup(house, output, options));
  command('serve', 'receive webhooks and work, in one process').action(options =>
    serve(house.serve, output, options),
  );
  command('worker', 'work on the same log, without receiving webhooks').action(options =>
    serve(house.work, output, options),
  );
  command('status', 'list the tasks, or show one')
    .argument('[task]', 'the id of a task')
    .option('--all', 'ended tasks as well', false)
    .action((task, options) => status(house, output, task ?? null, options));
  command('verify', 'check the hash chain of every stream, or of one')
    .argument('[stream]', 'for example task/42-1-0a1b2c3d')
    .option('--file <export>', 'verify an exported file instead; needs no database')
    .action((stream, options) => verify(house, output, stream ?? null, options));
  command('replay', 'fold every stream anew and take every decision again')
    .argument('[stream]', 'for example task/42-1-0a1b2c3d')
    .option('--file <export>', 'replay an exported file instead; needs no database')
    .option('--rebuild', 'write every projection anew from the events', false)
    .action((stream, options) => replay(house, output, stream ?? null, options));
  command('export', 'write events and what their decisions rest on as JSON lines')
    .argument('[stream]', 'one stream; all of them without')
    .option('--out <file>', 'write to a file instead of standard output')
    .action((stream, options) => exportLog(house, output, stream ?? null, options));
  command('doctor', 'check the configuration, the sandbox, the database and the App').action(
    options => doctor(house, output, options),
  );
  return program;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new Error(`"${text}" is not a port: give a whole number from 0 to 65535`);
  return value;
}
