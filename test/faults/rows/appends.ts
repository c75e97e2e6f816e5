/** The row in which many append to one stream at once. */
import assert from 'node:assert/strict';
import { createStore } from '../../../src/adapters/store/store.ts';
import { createHandle } from '../../../src/engine/handle.ts';
import { inEnvironment } from './environment.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { approve, asked, label, merged } from './walk.ts';

const AT_ONCE = 100;

export const appends: Row[] = [
  {
    name: '100 concurrent appends: one unforked chain',
    run: setting =>
      inEnvironment(setting, async environment => {
        await environment.start('serve');
        const repository = await environment.repository();
        await label(repository);
        await asked(repository);
        const store = await environment.store();
        const other = await createStore({ url: environment.postgres.url, log: () => {} });
        const handles = [store, other].map(({ log }) =>
          createHandle({
            redact: text => text,
            log,
            clock: { now: () => new Date() },
            random: () => 0.5,
            appended: async () => {},
          }),
        );
        const [task] = await store.tasks.list({ repositoryId: repository.id });
        const stream = { kind: 'task' as const, id: task?.id ?? '' };
        const appended = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, n) =>
            handles[n % 2]?.({
              stream,
              command: {
                type: 'signal',
                data: { signal: 'review', detail: `number ${n}`, at: null, by: null, check: null },
              },
              actor: { kind: 'github' },
            }),
          ),
        );
        await other.close();
        assert.ok(
          appended.every(result => result?.ok),
          'an append was refused',
        );
        const told = await Array.fromAsync(store.log.read(stream));
        const details = told.flatMap(({ data }) =>
          /^number /.test(`${data.detail}`) ? [data.detail] : [],
        );
        assert.equal(new Set(details).size, AT_ONCE);
        assert.equal(details.length, AT_ONCE);
        assert.deepEqual(
          told.map(({ seq }) => seq),
          told.map((_, index) => index + 1),
        );
        for (const [index, event] of told.entries())
          if (index > 0) assert.equal(event.prev, told[index - 1]?.hash);
        await approve(repository);
        await merged(repository);
        await judge(environment, [repository]);
      }),
  },
];
