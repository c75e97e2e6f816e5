import type { GitHub } from '../github.ts';

/** Absolute addresses: of the REST API, and of the pages people read. */
export function api(github: GitHub, path: string): string {
  return `${github.url}/api/v3${path}`;
}

export function page(github: GitHub, path: string): string {
  return `${github.url}${path}`;
}

export type NodeKind =
  | 'U'
  | 'BOT'
  | 'O'
  | 'T'
  | 'R'
  | 'I'
  | 'IC'
  | 'PR'
  | 'PRR'
  | 'PRRC'
  | 'PRRT'
  | 'MQ'
  | 'MQE'
  | 'ATMQE'
  | 'RFMQE'
  | 'PRS'
  | 'CR'
  | 'CS'
  | 'A'
  | 'MDI'
  | 'LA'
  | 'LE'
  | 'MI'
  | 'REA'
  | 'SC'
  | 'DE'
  | 'DES'
  | 'WFR'
  | 'SCR'
  | 'RR'
  | 'C'
  | 'REF'
  | 'B';

/** REST's `node_id` and GraphQL's `id` are one opaque string naming kind and key. */
export function nodeId(kind: NodeKind, key: number | string): string {
  return `${kind}_${Buffer.from(String(key)).toString('base64url')}`;
}

export function readNodeId(id: string): { kind: string; key: string } | undefined {
  const match = /^([A-Z]+)_([\w-]+)$/.exec(id);
  if (!match?.[1] || !match[2]) return undefined;
  return { kind: match[1], key: Buffer.from(match[2], 'base64url').toString() };
}
