import { expect, it } from 'vitest';
import { z } from 'zod';
import { readCursor, writeCursor } from '../../src/control/cursor.ts';

const Place = z.strictObject({ id: z.string() });

it('reads what it wrote, and nothing that no place of ours is', () => {
  expect(readCursor(writeCursor({ id: 'a' }), Place)).toEqual({ id: 'a' });
  for (const wrong of [writeCursor({ id: 'a\0' }), writeCursor({ at: 1 }), 'nonsense'])
    expect(readCursor(wrong, Place)).toBeNull();
});
