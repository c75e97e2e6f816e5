import { inspect } from 'node:util';

/** A value that is shown by nothing but `reveal()`: not by JSON, not by `inspect`, not as text. */
export type Secret = { reveal(): string };

export function secret(value: string): Secret {
  const shown = () => '[secret]';
  const hidden = { reveal: () => value, toJSON: shown, toString: shown, [inspect.custom]: shown };
  for (const name of Reflect.ownKeys(hidden))
    Object.defineProperty(hidden, name, { enumerable: false });
  return Object.freeze(hidden);
}
