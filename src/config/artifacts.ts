/** Where artifacts are kept, and archived: a folder, or a bucket that speaks S3. */
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { type Secret, secret } from './secret.ts';
import type { StoreVariables } from './variables.ts';

/** The settings that name such a place. */
type PlaceVariable = 'GATEHOUSE_ARTIFACTS' | 'GATEHOUSE_ARCHIVE';

export type PlaceConfig =
  /** Absolute. */
  | { kind: 'folder'; path: string }
  | {
      kind: 's3';
      bucket: string;
      /** Empty, or ending in "/". */
      prefix: string;
      endpoint: string;
      region: string;
      keyId: string;
      secret: Secret;
    };

type Given = z.infer<typeof StoreVariables>;

type Missing = (
  variable: 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY',
  neededBy: PlaceVariable,
) => void;

/** `missing` is called for each variable that a bucket needs and that is not set. */
export function readArtifacts(given: Given, missing: Missing): PlaceConfig {
  const { GATEHOUSE_STATE_DIR, GATEHOUSE_ARTIFACTS } = given;
  const place = GATEHOUSE_ARTIFACTS ?? join(GATEHOUSE_STATE_DIR, 'artifacts');
  return readPlace(given, place, name => missing(name, 'GATEHOUSE_ARTIFACTS'));
}

/** `null`: what expires is not archived. */
export const readArchive = (given: Given, missing: Missing): PlaceConfig | null =>
  given.GATEHOUSE_ARCHIVE === undefined
    ? null
    : readPlace(given, given.GATEHOUSE_ARCHIVE, name => missing(name, 'GATEHOUSE_ARCHIVE'));

function readPlace(
  given: Given,
  place: string,
  missing: (variable: 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY') => void,
): PlaceConfig {
  if (!place.startsWith('s3://')) return { kind: 'folder', path: resolve(place) };
  const { S3_REGION: region } = given;
  for (const name of ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const)
    if (given[name] === undefined) missing(name);
  const { host, pathname } = new URL(place);
  const prefix = pathname.replace(/^\/|\/$/g, '');
  return {
    kind: 's3',
    bucket: host,
    prefix: prefix && `${prefix}/`,
    endpoint: given.S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
    region,
    keyId: given.S3_ACCESS_KEY_ID ?? '',
    secret: secret(given.S3_SECRET_ACCESS_KEY ?? ''),
  };
}
