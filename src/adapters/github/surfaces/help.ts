/** What `/agent help` answers: what the person may ask for where they asked, and why not the rest. */

import { PLACES } from '../../../core/commands/command-spec.ts';
import { COMMANDS, CommandName } from '../../../core/commands/commands.ts';
import type { CommandOffer } from '../../../core/reply.ts';
import { inert } from './inert.ts';
import { table } from './table.ts';

/** `offers`: undefined where nobody looked what the person may do: all commands are listed. */
export function helpText(offers: CommandOffer[] | undefined): string {
  const all = CommandName.options.map(command => ({ command, because: null }));
  const known = (offers ?? all).flatMap(({ command, because }) => {
    const name = CommandName.safeParse(command);
    return name.success ? [{ name: name.data, because }] : [];
  });
  const may = known.filter(({ because }) => because === null).map(({ name }) => row(name));
  const not = known.flatMap(({ name, because }) =>
    because === null ? [] : [[`\`${COMMANDS[name].usage}\``, inert(because, 200)]],
  );
  const can = `You can ask for this here, by the first words of a line:\n\n${table(HEAD, may)}`;
  const rest = `Not here, or not now:\n\n${table(['command', 'why not'], not)}`;
  return [...(may.length > 0 ? [can] : []), ...(not.length > 0 ? [rest] : [])].join('\n\n');
}

const HEAD = ['command', 'what it does', 'on', 'needs'];

function row(name: CommandName): string[] {
  const { usage, description, places, role, label } = COMMANDS[name];
  const also = label ? `, or the label \`agent:${name}\`` : '';
  return [`\`${usage}\`${also}`, description, places.map(place => PLACES[place]).join(', '), role];
}
