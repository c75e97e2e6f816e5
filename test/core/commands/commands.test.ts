import { describe, expect, it } from 'vitest';
import { COMMANDS, CommandName } from '../../../src/core/commands/commands.ts';
import { nearestCommand } from '../../../src/core/commands/nearest-command.ts';

it('has one entry for each name', () => {
  for (const name of CommandName.options) {
    expect(COMMANDS[name].usage.startsWith(`/agent ${name}`)).toBe(true);
    expect(COMMANDS[name].places.length).toBeGreaterThan(0);
  }
});

describe('arguments', () => {
  const takes = (name: CommandName, text: string) => COMMANDS[name].arguments.safeParse(text);

  it.each<[CommandName, string]>([
    ['status', '; rm -rf /'],
    ['status', 'now'],
    ['cancel', '`id`'],
    ['lint', '--output=/etc/passwd'],
    ['help', '$(id)'],
    ['help', '--output=x'],
    ['help', 'a;b'],
    ['help', 'fix lint'],
    ['fix', '--output=/etc/passwd'],
    ['fix', '-x'],
    ['fix', '/agent lint'],
    ['approve', 'thanks'],
    ['fix', 'x'.repeat(65_537)],
  ])('%s refuses %j', (name, text) => {
    expect(takes(name, text).success).toBe(false);
  });

  it.each<[CommandName, string]>([
    ['status', ''],
    ['help', 'fix'],
    ['fix', ''],
    ['fix', '/agents and /agent-smith'],
    ['fix', 'rename the option as well; $(this) is only text, like --output='],
  ])('%s takes %j', (name, text) => {
    expect(takes(name, text)).toMatchObject({ success: true, data: text });
  });
});

it.each([
  ['fxi', 'fix'],
  ['stats', 'status'],
  ['canel', 'cancel'],
  ['HELPP', 'help'],
  ['fixes', 'fix'],
  ['testing', 'test'],
  ['fix/lint', 'fix'],
  ['--help', 'help'],
  ['"fix"', 'fix'],
  ['LGTM', 'approve'],
  ['stop', 'cancel'],
  ['__proto__', null],
  ['constructor', null],
  ['?', null],
  ['deploy', null],
  ['x'.repeat(5000), null],
])('nearest to %s is %s', (word, name) => {
  expect(nearestCommand(word)).toBe(name);
});
