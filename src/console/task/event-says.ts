/** What an event is about in a few words: its data has all of it. */
import type { FromApi } from '../api/client.ts';

type Data = FromApi<'Event'>['data'];

/** Of an event without a decision, what is told of these is what people look for, in this order. */
const TELLING = [
  'run',
  'step',
  'command',
  'role',
  'name',
  'approval',
  'says',
  'signal',
  'outcome',
  'class',
  'reason',
  'question',
  'branch',
  'to',
  'commit',
  'effect',
  'surface',
  'kind',
];
const LONGEST = 160;

export function eventSays(data: Data): string {
  const { decision } = data;
  const words =
    typeof decision === 'object' && decision !== null
      ? told({ ...decision }, ['action', 'resource', 'outcome'])
      : told(data, TELLING);
  const text = words.join(' · ').replace(/\s+/g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const told = (data: Data, names: readonly string[]): string[] =>
  names
    .map(name => data[name])
    .filter(value => typeof value === 'string')
    .filter(text => text !== '');

/** What only says that something was done or shown for the task, which did not move by it. */
export const isBookkeeping = (type: string): boolean => /^(effect|surface)\./.test(type);
