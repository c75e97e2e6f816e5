/** The kinds of work that are due in PostgreSQL, each by its own index, and all by one statement. */
import type pg from 'pg';
import { DUE_KINDS, type DueKind, type DueWork } from '../../engine/ports/due-work.ts';
import { HAS_EXPIRED, IS_UNTOLD } from './ledger/ledger-statements.ts';
import { HAS_DUE_EFFECT } from './log/outbox.ts';
import { IS_DOUBTED, IS_DUE_DELIVERY } from './shared/deliveries.ts';
import { IS_DUE_SCHEDULE } from './shared/schedules.ts';

const EXISTS: Readonly<Record<DueKind, string>> = {
  effects: `EXISTS (SELECT FROM streams WHERE ${HAS_DUE_EFFECT})`,
  deliveries: `EXISTS (SELECT FROM deliveries WHERE ${IS_DUE_DELIVERY})`,
  'repeated deliveries': `EXISTS (SELECT FROM deliveries WHERE ${IS_DOUBTED})`,
  spends: `EXISTS (SELECT FROM ledger_reservations WHERE ${HAS_EXPIRED})
    OR EXISTS (SELECT FROM ledger_runs r WHERE ${IS_UNTOLD})`,
  schedules: `EXISTS (SELECT FROM schedules WHERE ${IS_DUE_SCHEDULE})`,
};

const KINDS = `SELECT ${DUE_KINDS.map(kind => `${EXISTS[kind]} AS "${kind}"`).join(',\n')}`;

export function createDueWork(pool: pg.Pool): DueWork {
  return {
    async kinds({ deliveriesFromMs }) {
      const { rows } = await pool.query<Record<DueKind, boolean>>({
        name: 'due kinds',
        text: KINDS,
        values: [deliveriesFromMs],
      });
      return new Set(DUE_KINDS.filter(kind => rows[0]?.[kind]));
    },
  };
}
