/** The part of `.env.example` that follows from the table of providers. */
import { type ProviderVariables, variable } from '../src/config/provider-variables.ts';

const BLOCKS = /^(?:# For models of [\w-]+:\n(?:# [A-Z][A-Z0-9_]+=.*\n)+)+/m;

/** The text with the lines of these providers in place of those that are there. */
export function withProviders(text: string, providers: readonly ProviderVariables[]): string {
  if (!BLOCKS.test(text)) throw new Error('.env.example has no lines of a provider');
  return text.replace(BLOCKS, () => providers.map(block).join(''));
}

function block(provider: ProviderVariables): string {
  const { prefix, upstream } = provider;
  const name = prefix.toLowerCase();
  const key = variable(provider, 'API_KEY');
  const command = JSON.stringify(['vault', 'kv', 'get', '-field=key', `secret/${name}`]);
  return [
    `For models of ${provider.name}:`,
    `${key}=`,
    `${key}_FILE=/run/secrets/${name}`,
    `${key}_COMMAND=${command.replaceAll(',', ', ')}`,
    // Where Ollama answers, for an endpoint of the operator's own.
    `${prefix}_BASE_URL=${upstream ?? 'http://127.0.0.1:11434'}`,
  ]
    .map(line => `# ${line}\n`)
    .join('');
}
