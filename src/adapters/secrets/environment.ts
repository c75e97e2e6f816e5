/** A secret that a variable of the environment holds. */
import { type SecretPlace, SecretUnavailable } from '../../engine/ports/secrets.ts';
import { secretIn } from './value.ts';

/** `reveal`: the value as it was read with the settings; `undefined`: it is not set. */
export function createEnvironmentSecret(
  variable: string,
  reveal: () => string | undefined,
): SecretPlace {
  const where = `the variable ${variable}`;
  return {
    where,
    async read() {
      const text = reveal();
      if (text === undefined) throw new SecretUnavailable(`${where} is not set`, 'Set it.');
      return secretIn(text, where);
    },
  };
}
