/** What a credential looks like: enough to see that it is another provider's, or no credential at all. */
import { type ProviderVariables, variable } from './provider-variables.ts';

/** Neither repeats the value. */
type KeyFault = { problem: string; remediation: string };

/** What was copied with a credential, or instead of one. */
const NO_KEYS: readonly [RegExp, string, (name: string) => string][] = [
  [/^bearer\s/i, 'begins with "Bearer"', () => 'Leave that word out.'],
  [
    /^(?:export\s+)?[A-Z][A-Z\d_]{2,60}=./,
    'begins with the name of a variable',
    () => 'Leave out all up to the = there.',
  ],
  [
    /^[{[]/,
    'holds JSON, of which the credential is a part',
    name => `Let a command take it out, in ${name}_COMMAND: docs/agents.md has one for auth.json.`,
  ],
];

/** The same for providers whose keys are known: an endpoint of the operator's own may take any text. */
const NO_KEYS_OF_KNOWN: typeof NO_KEYS = [
  [/^(?:~|\.{0,2})\//, 'is the path of a file', name => `Name the file in ${name}_FILE instead.`],
  [
    /^<.*>$|^(?:your|insert|replace)[-_ ]|\.\.\.|\*\*\*|^x{8,}$/i,
    'is an example of a credential',
    () => 'Put your own there.',
  ],
];

/** `null`: it may be one. `upstream`: where it would be sent. */
export function faultOfKey(
  value: string,
  provider: ProviderVariables,
  { upstream, providers }: { upstream: string | null; providers: readonly ProviderVariables[] },
): KeyFault | null {
  const name = variable(provider, 'API_KEY');
  const isKnown = provider.upstream !== null && upstream === provider.upstream;
  const found = [...NO_KEYS, ...(isKnown ? NO_KEYS_OF_KNOWN : [])].find(([form]) =>
    form.test(value),
  );
  if (found) return { problem: found[1], remediation: found[2](name) };
  if (!isKnown || provider.form?.begins.test(value)) return null;
  const meant = ownerOf(value, providers);
  if (!meant?.form) return null;
  const remediation = `Put it into ${variable(meant, 'API_KEY')}; here goes ${provider.form?.words ?? 'another'}.`;
  return { problem: `holds what looks like ${meant.form.words}`, remediation };
}

/** The provider whose credentials look like this. */
export const ownerOf = (
  value: string,
  providers: readonly ProviderVariables[],
): ProviderVariables | null => providers.find(({ form }) => form?.begins.test(value)) ?? null;
