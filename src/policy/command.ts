/** A command as the resource of a question, or what is wrong with it. */
import { plainCommand } from '../core/command-line.ts';
import { subcommand } from '../core/subcommand.ts';
import type { FactsOf } from './facts.ts';

type Command = FactsOf<'command.exec'>['resource'];

/** What a profile names is compared word by word; policies see what the command does as well. */
export function commandOf(
  given: readonly string[],
): { ok: true; resource: Command } | { ok: false; problem: string } {
  const whole = plainCommand(given);
  if (!whole.ok) return whole;
  const does = subcommand(whole.argv);
  if (!does.ok) return does;
  const { argv } = whole;
  const shorter = does.argv.length < argv.length ? { plain: does.argv } : {};
  return { ok: true, resource: { kind: 'command', argv, ...shorter } };
}
