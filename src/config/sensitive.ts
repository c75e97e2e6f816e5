/** Variables that the operator declares sensitive: their values are redacted like secrets of ours. */
import { SHORTEST_SECRET } from '../core/redaction/redact.ts';
import type { Environment } from './environment.ts';
import type { ConfigFault } from './fault.ts';
import { type Secret, secret } from './secret.ts';

const VARIABLE = 'GATEHOUSE_SENSITIVE';

/** A name that is misspelt would redact nothing, and nobody would see that: it is a fault. */
export function readSensitive(
  env: Environment,
  names: readonly string[],
  faults: ConfigFault[],
): Secret[] {
  return names.flatMap(name => {
    const value = env[name];
    if (value === undefined) {
      faults.push({
        variable: VARIABLE,
        problem: `names ${name}, which is not set`,
        remediation: `set ${name}, or take it out of the list`,
      });
      return [];
    }
    if (value.length < SHORTEST_SECRET)
      faults.push({
        variable: VARIABLE,
        problem: `names ${name}, whose value has fewer than ${SHORTEST_SECRET} characters and can't be told apart from other text`,
        remediation: 'use a longer value, or take it out of the list',
      });
    return [secret(value)];
  });
}
