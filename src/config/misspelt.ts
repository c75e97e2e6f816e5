/** Names in the environment that were probably meant as settings: `DATABSE_URL`. */
import { distance } from '../core/nearest.ts';
import type { Environment } from './environment.ts';
import type { ConfigFault } from './fault.ts';

/** Letters that may be wrong; and how many of the first are right where a setting was meant. */
const MOST_WRONG = 2;
const FIRST_RIGHT = 4;
/** Shorter names are near to too many others. */
const SHORTEST = 8;

/** Only where the setting itself is not given: other programs have settings with similar names. */
export function misspelt(env: Environment, known: ReadonlySet<string>): ConfigFault[] {
  const meant = [...known].filter(name => name.length >= SHORTEST && env[name] === undefined);
  return Object.keys(env).flatMap(name => {
    if (known.has(name) || name.startsWith('GATEHOUSE_')) return [];
    const near = meant.find(
      each =>
        each.slice(0, FIRST_RIGHT) === name.slice(0, FIRST_RIGHT) &&
        distance(each, name) <= MOST_WRONG,
    );
    if (near === undefined) return [];
    return {
      variable: name,
      problem: `is not a setting of Gatehouse (did you mean "${near}"?)`,
      remediation: `correct it; where another program needs it, set ${near} as well, or start Gatehouse without it`,
    };
  });
}
