/** What can be typed, and what is said to what can't. */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { createServices } from '../../src/compose.ts';
import { type Ended, run } from './environment.ts';

const root = resolve(import.meta.dirname, '../..');

describe('help', () => {
  let printed = '';
  const out = (text: string) => {
    printed += text;
  };
  const program = createProgram(createServices({}), { out, err: out, exit: () => {} });
  const alone = program.commands.filter(({ commands }) => commands.length === 0);
  const names = alone.map(command => command.name()).filter(name => name !== 'help');

  const table = readFileSync(join(root, 'docs/operations.md'), 'utf8');

  it.each(program.commands.map(command => command.name()))("%s is in the docs' table", name => {
    expect(table).toMatch(new RegExp(`^\\| .*\`${name}\\b.* \\| .+ \\|$`, 'm'));
  });

  it.each(['check', 'test', 'show', 'explain', 'backtest', 'simulate'])(
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
    word: ['help', 'status'],
    words: ['help', 'policy', 'check'],
    inside: ['policy', 'help', 'check'],
    misspelt: ['help', 'serv'],
    deeper: ['help', 'policy', 'chekc'],
    below: ['help', 'status', 'all'],
    among: ['agents', 'help', 'instal'],
    strange: ['help', 'xyz'],
    version: ['--version'],
    status: ['status'],
    replayed: ['replay', 'task/42-1-0a1b2c3d'],
    unknown: ['stauts'],
    option: ['status', '--jsn'],
    shell: ['completion', 'tcsh'],
    many: ['status', 'a', 'b'],
    port: ['setup', '--port', '99999'],
    file: ['verify', '--file', '/nowhere/audit.jsonl'],
    stream: ['replay', 'nonsense'],
    raw: ['logs', '42-1-0a1b2c3d', '--raw', '--follow'],
    folder: ['artifacts', '42-1-0a1b2c3d', '--to'],
    both: ['replay', '--rebuild', '--file', 'audit.jsonl'],
  };
  const state = join(tmpdir(), `gatehouse-nowhere-${process.pid}`);
  let ended: Record<keyof typeof typed, Ended>;
  beforeAll(async () => {
    const all = Object.entries(typed).map(async ([name, args]) => [
      name,
      await run(args, { GATEHOUSE_STATE_DIR: state }),
    ]);
    ended = Object.fromEntries(await Promise.all(all));
  });

  it('help needs no settings, goes to standard output and is no fault', () => {
    expect(ended.help).toMatchObject({ code: 0, stderr: '' });
    expect(ended.help.stdout).toContain('status [options] [task]');
    expect(ended.nothing).toMatchObject({ code: 1, stdout: '' });
    expect(ended.nothing.stderr).toBe(ended.help.stdout);
  });

  it('says its version, and how a command is used, by words as well', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(ended.version).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(ended.word).toMatchObject({ code: 0, stderr: '' });
    expect(ended.word.stdout).toMatch(/^Usage: gatehouse status /);
    expect(ended.words.stdout).toMatch(/^Usage: gatehouse policy check /);
    expect(ended.inside).toEqual(ended.words);
  });

  it.each(['status', 'replayed'] as const)('%s creates no state folder', name => {
    expect(ended[name]).toMatchObject({ code: 1, stdout: '' });
    expect(ended[name].stderr).toBe(
      `gatehouse: There is no database in ${state} yet; \`gatehouse serve\` creates one. If yours is elsewhere, name its folder in GATEHOUSE_STATE_DIR or its address in DATABASE_URL.\n`,
    );
    expect(existsSync(state)).toBe(false);
  });

  it.each([
    ['unknown', "error: unknown command 'stauts'\n(Did you mean status?)"],
    ['unknown', '`gatehouse --help` lists the commands.'],
    ['misspelt', "error: unknown command 'serv'\n(Did you mean serve?)"],
    ['misspelt', '`gatehouse --help` lists the commands.'],
    ['deeper', "error: unknown command 'chekc'\n(Did you mean check?)"],
    ['deeper', '`gatehouse policy --help` lists its commands.'],
    ['below', "error: unknown command 'all'\n`gatehouse status --help` shows how it is used."],
    ['among', "error: unknown command 'instal'\n(Did you mean install?)"],
    ['strange', "error: unknown command 'xyz'\n`gatehouse --help` lists the commands."],
    ['option', "error: unknown option '--jsn'\n(Did you mean --json?)"],
    ['shell', 'Allowed choices are bash, zsh, fish.'],
    ['option', '`gatehouse status --help` shows how it is used.'],
    ['many', "error: too many arguments for 'status'. Expected 1 argument but got 2: a, b."],
    ['port', 'A port is a whole number from 0 to 65535.'],
    ['file', 'gatehouse: /nowhere/audit.jsonl: there is no file or folder'],
    ['stream', 'gatehouse: "nonsense" is no stream: they are called like task/'],
    ['raw', 'gatehouse: --raw prints what a run left when it ended: leave --follow out'],
    ['folder', "error: option '--to <dir>' argument missing"],
    ['both', 'gatehouse: --rebuild works on the database: leave --file out'],
  ] as const)('%s: %s', (name, words) => {
    expect(ended[name]).toMatchObject({ code: 1, stdout: '' });
    expect(ended[name].stderr).toContain(words);
    expect(ended[name].stderr).not.toMatch(/\n {4}at /);
  });
});
