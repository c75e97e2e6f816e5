/** Where a secret is kept that is read when it is used: in the environment, in a file, or with a command. */
import { type Secret, secret } from './secret.ts';

export type KeptSecret = { name: string } & (
  | { by: 'environment'; value: Secret }
  /** Absolute. */
  | { by: 'file'; path: string }
  | { by: 'command'; argv: [string, ...string[]] }
);

/** `NAME`, `NAME_FILE` and `NAME_COMMAND`, as they are given. */
type Given = { value?: string; path?: string; argv?: [string, ...string[]] };

/** `null` where it is nowhere; a string says what is wrong with it. Nothing is read yet. */
export function readKeptSecret(
  name: string,
  { value, path, argv }: Given,
): KeptSecret | null | string {
  const places: KeptSecret[] = [
    ...(value === undefined ? [] : [{ name, by: 'environment' as const, value: secret(value) }]),
    ...(path === undefined ? [] : [{ name, by: 'file' as const, path }]),
    ...(argv === undefined ? [] : [{ name, by: 'command' as const, argv }]),
  ];
  if (places.length > 1) return `is kept in ${places.length} places`;
  return places[0] ?? null;
}
