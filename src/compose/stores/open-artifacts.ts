/** The artifacts and their archive, each in its folder or its bucket. */
import { openBucketArchive, openFolderArchive } from '../../adapters/artifacts/archive.ts';
import { createDiskArtifacts, diskArtifacts } from '../../adapters/artifacts/disk.ts';
import { createS3Artifacts } from '../../adapters/artifacts/s3.ts';
import type { PlaceConfig } from '../../config/artifacts.ts';
import type { StoreConfig } from '../../config.ts';
import type { Archive } from '../../engine/ports/archive.ts';
import type { Artifacts } from '../../engine/ports/artifacts.ts';

/** Throws where they can't be reached, and says what to do. */
export async function openArtifacts(config: PlaceConfig): Promise<Artifacts> {
  const fail = fault('artifacts', config, 'GATEHOUSE_ARTIFACTS');
  if (config.kind === 'folder') return createDiskArtifacts({ dir: config.path }).catch(fail);
  return createS3Artifacts({ ...config, secret: config.secret.reveal() }).catch(fail);
}

export async function openArchive(config: PlaceConfig | null): Promise<Archive | null> {
  if (config === null) return null;
  const fail = fault('archive', config, 'GATEHOUSE_ARCHIVE');
  if (config.kind === 'folder') return openFolderArchive(config.path).catch(fail);
  return openBucketArchive({ ...config, secret: config.secret.reveal() }).catch(fail);
}

const fault =
  (what: string, { kind }: PlaceConfig, variable: string) =>
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const settings = kind === 's3' ? `${variable} and S3_…` : variable;
    throw new Error(`The ${what} can't be reached: ${reason}. Fix it, or change ${settings}.`);
  };

/** The same for a command that only reads: it makes no folder. */
export const openArtifactsToRead = async (config: PlaceConfig): Promise<Artifacts> =>
  config.kind === 'folder' ? diskArtifacts({ dir: config.path }) : openArtifacts(config);

/** Writes and reads one small artifact, the same each time, and says where. */
export async function checkArtifacts(config: PlaceConfig): Promise<string> {
  const artifacts = await openArtifacts(config);
  const text = 'written by `gatehouse doctor`, and may be removed\n';
  await artifacts.get(await artifacts.put(text, 'output'));
  return describe(config);
}

/** For how long what is kept, and what becomes of it then; the archive is written to. */
export async function checkRetention({ keepDays, archive }: StoreConfig): Promise<string> {
  const { output, records } = keepDays;
  const kept = `raw output, bodies of deliveries and unused mirrors for ${output} days; journals, recordings and patches for ${records} days; all else for ever`;
  const opened = await openArchive(archive);
  await opened?.keep('doctor', Buffer.from('written by `gatehouse doctor`, and may be removed\n'));
  return `${kept}\n${archive ? `what expires is archived ${describe(archive)}` : 'what expires is not archived'}`;
}

const describe = (config: PlaceConfig): string =>
  config.kind === 'folder'
    ? `in ${config.path}`
    : `in the bucket ${config.bucket} at ${new URL(config.endpoint).host}`;
