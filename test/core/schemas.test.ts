/** What is published about events is what the code writes: `docs/schemas` and `docs/events.md`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AccessEvent } from '../../src/core/access/events.ts';
import { AgentEvent } from '../../src/core/agent-event.ts';
import { CallersEvent } from '../../src/core/callers/events.ts';
import { CheckpointEvent } from '../../src/core/checkpoint/events.ts';
import { DeliveryEvent } from '../../src/core/delivery/events.ts';
import { StoredEvent } from '../../src/core/event.ts';
import { TaskEvent } from '../../src/core/task/events/events.ts';
import { taskUpcasters } from '../../src/core/task/events/upcasters.ts';
import { parseEvent } from '../../src/engine/streams.ts';
import { HISTORIES, readHistory, streamsOf } from '../histories/history.ts';
import { jsonSchema, SCHEMA_NAMES } from './published-schemas.ts';

const docs = join(import.meta.dirname, '../../docs');
const STALE =
  'docs/schemas is stale; this writes it anew: npm test -- test/core/schemas.test.ts -u';

describe('the published JSON Schemas', () => {
  it.each(SCHEMA_NAMES)('%s is the one of the code', async name => {
    const text = `${JSON.stringify(jsonSchema(name), null, 2)}\n`;
    await expect(text, STALE).toMatchFileSnapshot(join(docs, `schemas/${name}.json`));
  });

  /** Of earlier versions as well: those schemas stay where they are. */
  const published = (name: string) =>
    new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(readFileSync(join(docs, `schemas/${name}.json`), 'utf8')),
    );

  const kinds = {
    task: { stored: published('task-events.v1'), present: published('task-events.v2') },
    delivery: { stored: published('delivery-events.v1'), present: published('delivery-events.v1') },
    backlog: { stored: published('backlog-events.v1'), present: published('backlog-events.v1') },
    callers: { stored: published('callers-events.v1'), present: published('callers-events.v1') },
    access: { stored: published('access-events.v1'), present: published('access-events.v1') },
    checkpoint: {
      stored: published('checkpoint-events.v1'),
      present: published('checkpoint-events.v1'),
    },
  };

  it('know every event of the recorded histories, as stored and as brought up, and no other', async () => {
    const envelope = published('event.v1');
    for (const history of HISTORIES) {
      const audit = await readHistory(history);
      for (const stream of await streamsOf(audit))
        for await (const event of audit.events(stream)) {
          const { type, v, data } = event;
          const { stored, present } = kinds[stream.kind];
          expect([envelope(event), envelope.errors]).toEqual([true, null]);
          expect([stored({ type, v, data }), type]).toEqual([true, type]);
          expect([present(parseEvent(event)), type]).toEqual([true, type]);
          for (const validate of [stored, present]) {
            expect(validate({ type, v: 99, data })).toBe(false);
            expect(validate({ type, v, data: { ...data, more: 1 } })).toBe(false);
          }
        }
    }
  });

  it('name the present version of each event', () => {
    const versions = [
      ...TaskEvent.options,
      ...DeliveryEvent.options,
      ...CallersEvent.options,
      ...CheckpointEvent.options,
      ...AccessEvent.options,
    ].map(({ shape: { type, v } }) => [type.value, v.value]);
    expect(versions).toEqual(
      versions.map(([type = '']) => [type, 1 + Object.keys(taskUpcasters[type] ?? {}).length]),
    );
  });
});

/** The rows of the table below a heading: name and the fields in its second column. */
function tableOf(heading: string): [string, string[]][] {
  const page = readFileSync(join(docs, 'events.md'), 'utf8');
  const [, section = ''] = page.split(`## ${heading}\n`);
  return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([^`]+)` \| (.*?) \| \S/gm)].map(
    ([, name = '', fields = '']) => [name, [...fields.matchAll(/`(\w+)`/g)].map(m => m[1] ?? '')],
  );
}

const fieldsOf = (schema: z.ZodObject): string[] => Object.keys(schema.shape);

describe('docs/events.md', () => {
  it.each([
    ['Task events', TaskEvent.options],
    ['Delivery events', DeliveryEvent.options],
    ['Callers events', CallersEvent.options],
  ] as const)('lists all %s with what they say', (heading, options) => {
    expect(tableOf(heading)).toEqual(
      options.map(({ shape: { type, data } }) => [type.value, fieldsOf(data)]),
    );
  });

  it('lists the fields of the envelope', () => {
    const page = readFileSync(join(docs, 'events.md'), 'utf8').split('## Task events')[0] ?? '';
    const listed = [...page.matchAll(/^\| `(\w+)` \| /gm)].map(([, field]) => field);
    expect(listed).toEqual(fieldsOf(StoredEvent));
  });

  it('lists all lines of the journal with what they say', () => {
    expect(tableOf('The journal')).toEqual(
      AgentEvent.options.map(({ shape: { type, ...data } }) => [type.value, Object.keys(data)]),
    );
  });
});
