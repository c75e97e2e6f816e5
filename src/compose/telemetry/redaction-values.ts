/** The secrets that this configuration holds, word for word: what no log may ever repeat. */

import { type Secret, secret } from '../../config/secret.ts';
import type { Config, StoreConfig } from '../../config.ts';

export function redactionValues(config: StoreConfig | Config): string[] {
  const { providers, database, redis, artifacts, archive, network, sensitive } = config;
  const github = 'github' in config ? config.github : null;
  const buckets = [artifacts, archive].flatMap(place => (place?.kind === 's3' ? [place] : []));
  const keys = [...providers.values()].map(({ key }) =>
    key?.by === 'environment' ? key.value : null,
  );
  const addresses = [
    ...[...providers.values()].map(({ upstream }) => upstream),
    ...buckets.map(({ endpoint }) => endpoint),
  ].map(address => (address === null ? null : secret(address)));
  const headers = 'traces' in config ? [...(config.traces?.headers.values() ?? [])] : [];
  const app = [github?.privateKey, github?.webhookSecret, github?.client?.secret];
  const plain = [...keys, ...headers, ...sensitive, ...buckets.map(({ secret }) => secret), ...app];
  return [
    ...plain.flatMap(secret => (secret ? [secret.reveal()] : [])),
    // Of `Authorization: Basic …` the part that is secret, by itself as well.
    ...headers.flatMap(header => header.reveal().split(' ').slice(1)),
    ...[database, redis, network.httpsProxy, network.httpProxy, ...addresses].flatMap(passwords),
  ];
}

/** In the URL's authority or among its parameters, as it is written there and as it is meant. */
function passwords(url: Secret | null): string[] {
  if (!url) return [];
  const { password, searchParams } = new URL(url.reveal());
  return [password, decoded(password), searchParams.get('password') ?? ''].filter(text => text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
