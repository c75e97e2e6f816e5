/** What can be typed, and what is said to what can't. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { createServices } from '../../src/compose.ts';
import { type Ended, run } from './environment.ts';

describe('help', () => {
  let printed = '';
  const out = (text: string) => {
    printed += text;
  };
  const program = createProgram(createServices({}), { out, err: out, exit: () => {} });
  const names = 'setup init serve worker status verify replay export doctor'.split(' ');

  it('there are these commands', () => {
    expect(program.commands.map(command => command.name())).toEqual(
      names.toSpliced(-1, 0, 'policy'),
    );
  });

  it.each(['check', 'test', 'explain', 'backtest'])(
    'policy %s tells of --json and shows how it is used',
    name => {
      printed = '';
      const policy = program.commands.find(command => command.name() === 'policy');
      policy?.commands.find(command => command.name() === name)?.outputHelp();
      expect(printed).toMatch(new RegExp(`^Usage: gatehouse policy ${name} \\[options\\]`));
      expect(printed).toContain('--json');
      expect(printed).toMatch(new RegExp(`Examples:\n {2}\\$ gatehouse policy ${name}`));
    },
  );

  it.each(names)('%s tells of --json and shows how it is used', name => {
    printed = '';
    program.commands.find(command => command.name() === name)?.outputHelp();
    expect(printed).toMatch(new RegExp(`^Usage: gatehouse ${name} \\[options\\]`));
    expect(printed).toContain('--json');
    expect(printed).toContain('--help');
    expect(printed).toMatch(new RegExp(`Examples:\n {2}\\$ .*gatehouse ${name}`));
  });
});

describe('as processes', () => {
  const typed = {
    nothing: [],
    help: ['--help'],
    unknown: ['stauts'],
    option: ['status', '--jsn'],
    many: ['status', 'a', 'b'],
    port: ['setup', '--port', '99999'],
    file: ['verify', '--file', '/nowhere/audit.jsonl'],
    stream: ['replay', 'nonsense'],
    both: ['replay', '--rebuild', '--file', 'audit.jsonl'],
  };
  let ended: Record<keyof typeof typed, Ended>;
  beforeAll(async () => {
    const all = Object.entries(typed).map(async ([name, args]) => [name, await run(args, {})]);
    ended = Object.fromEntries(await Promise.all(all));
  });

  it('help needs no settings, goes to standard output and is no fault', () => {
    expect(ended.help).toMatchObject({ code: 0, stderr: '' });
    expect(ended.help.stdout).toContain('status [options] [task]');
    expect(ended.nothing).toMatchObject({ code: 1, stdout: '' });
    expect(ended.nothing.stderr).toBe(ended.help.stdout);
  });

  it.each([
    ['unknown', "error: unknown command 'stauts'\n(Did you mean status?)"],
    ['option', "error: unknown option '--jsn'\n(Did you mean --json?)"],
    ['option', '`gatehouse status --help` shows how it is used.'],
    ['many', "error: too many arguments for 'status'. Expected 1 argument but got 2: a, b."],
    ['port', 'A port is a whole number from 0 to 65535.'],
    ['file', 'gatehouse: /nowhere/audit.jsonl: ENOENT'],
    ['stream', 'gatehouse: "nonsense" is no stream: they are called like task/'],
    ['both', 'gatehouse: --rebuild works on the database: leave --file out'],
  ] as const)('%s: %s', (name, words) => {
    expect(ended[name]).toMatchObject({ code: 1, stdout: '' });
    expect(ended[name].stderr).toContain(words);
    expect(ended[name].stderr).not.toMatch(/\n {4}at /);
  });
});
