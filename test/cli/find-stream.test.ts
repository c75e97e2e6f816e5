/** Ids as they are shown are ids as they are taken. */
import { expect, it } from 'vitest';
import { checkStreamName, findStream, isStreamName } from '../../src/cli/find-stream.ts';
import { deliveryStream, type StreamRef, streamName, taskStream } from '../../src/core/stream.ts';

const GUID = '0b989ba4-242f-11e5-81e1-c7b6966d2516';
const STREAMS: StreamRef[] = [
  taskStream('42-1-0a1b2c3d'),
  taskStream('42-12-ffffffff'),
  taskStream('42-1-0a1b2c3d4'),
  deliveryStream(GUID),
];
const record = {
  async *streams() {
    yield* STREAMS;
  },
};
const found = (name: string) => findStream(record, name).then(streamName);

it.each([
  ['task/42-1-0a1b2c3d', 'task/42-1-0a1b2c3d'],
  ['42-1-0a1b2c3d', 'task/42-1-0a1b2c3d'],
  ['42-12', 'task/42-12-ffffffff'],
  ['task/42-12-f', 'task/42-12-ffffffff'],
  [GUID, `delivery/${GUID}`],
  [`delivery/${GUID}`, `delivery/${GUID}`],
])('%s is %s', async (name, stream) => expect(await found(name)).toBe(stream));

it('what could be several is none of them, and says which', async () => {
  await expect(found('42-1-')).rejects.toThrow(
    'several tasks begin with 42-1-: task/42-1-0a1b2c3d, task/42-1-0a1b2c3d4',
  );
});

it.each(['43-1', 'delivery/42-12', `task/${GUID}`])('there is no %s', async name => {
  await expect(found(name)).rejects.toThrow(`there is no stream ${name}`);
});

it.each(['nonsense', 'task/', '', 'run/42-1', '-a', `${'a'.repeat(121)}`])(
  '"%s" could be none',
  name => {
    expect(isStreamName(name)).toBe(false);
    expect(() => checkStreamName(name)).toThrow('is no stream: they are called like task/');
  },
);
