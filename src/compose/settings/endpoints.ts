/** The endpoints that are told of tasks, read from their file. */
import { readFile } from 'node:fs/promises';
import { type EndpointConfig, EndpointsFile, endpointOf } from '../../config/endpoints.ts';
import type { KeptSecret } from '../../config/kept-secret.ts';
import type { Settings } from '../../engine/dependencies.ts';
import { parseYaml } from '../../engine/policies/yaml-text.ts';
import { faultLine } from '../../policy/fault.ts';

/** Throws one error that lists every fault. */
export async function loadEndpoints(file: string | null): Promise<EndpointConfig[]> {
  if (file === null) return [];
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`The file of webhooks can't be read: ${error.message}`);
  });
  const read = parseYaml(file, text, EndpointsFile);
  if (!read.ok)
    throw new Error(`The file of webhooks is wrong:\n${read.faults.map(faultLine).join('\n')}`);
  return Object.entries(read.value).map(([name, given]) => endpointOf(name, given));
}

export const secretsOfEndpoints = (endpoints: readonly EndpointConfig[]): KeptSecret[] =>
  endpoints.flatMap(({ url, secret }) => [
    ...('plain' in url ? [] : [url]),
    ...(secret ? [secret] : []),
  ]);

export const endpointSettings = (endpoints: readonly EndpointConfig[]): Settings['endpoints'] =>
  new Map(
    endpoints.map(({ name, url, secret, format, repositories, on, private: mayBePrivate }) => [
      name,
      {
        url: 'plain' in url ? url : { secret: url.name },
        secret: secret && { secret: secret.name },
        format,
        repositories,
        mayBePrivate,
        on: on ?? [],
      },
    ]),
  );
