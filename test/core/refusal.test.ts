/** A refusal says by its code whether the person who asked is told. */
import { describe, expect, it } from 'vitest';
import { refusal } from '../../src/core/refusal.ts';

describe('a refusal', () => {
  it.each(['repeated', 'settled', 'fenced'] as const)('%s is told to nobody', code =>
    expect(refusal(code, 'Why.')).toEqual({ code, tell: false, message: 'Why.' }),
  );
  it.each(['absent', 'ended', 'stale', 'limit', 'unsupported', 'unsound', 'busy'] as const)(
    '%s is told to whoever asked',
    code => expect(refusal(code, 'Why.')).toEqual({ code, tell: true, message: 'Why.' }),
  );
});
