/** A journal's lines, read from its text as whoever verifies it does. */
import { JournalLine } from '../../../src/core/agent-event.ts';
import type { Journal } from '../../../src/engine/attempt/process/journal.ts';

export const journalLines = (journal: Pick<Journal, 'text'>): JournalLine[] =>
  journal
    .text()
    .split('\n')
    .filter(line => line !== '')
    .map(line => JournalLine.parse(JSON.parse(line)));
