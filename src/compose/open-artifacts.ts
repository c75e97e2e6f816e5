/** The artifacts, in their folder or their bucket. */
import { createDiskArtifacts, diskArtifacts } from '../adapters/artifacts/disk.ts';
import { createS3Artifacts } from '../adapters/artifacts/s3.ts';
import type { ArtifactsConfig } from '../config/artifacts.ts';
import type { Artifacts } from '../engine/ports/artifacts.ts';

/** Throws where they can't be reached, and says what to do. */
export async function openArtifacts(config: ArtifactsConfig): Promise<Artifacts> {
  const fail = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const settings = config.kind === 's3' ? 'GATEHOUSE_ARTIFACTS and S3_…' : 'GATEHOUSE_ARTIFACTS';
    throw new Error(`The artifacts can't be reached: ${reason}. Fix it, or change ${settings}.`);
  };
  if (config.kind === 'folder') return createDiskArtifacts({ dir: config.path }).catch(fail);
  return createS3Artifacts({ ...config, secret: config.secret.reveal() }).catch(fail);
}

/** The same for a command that only reads: it makes no folder. */
export const openArtifactsToRead = async (config: ArtifactsConfig): Promise<Artifacts> =>
  config.kind === 'folder' ? diskArtifacts({ dir: config.path }) : openArtifacts(config);

/** Writes and reads one small artifact, the same each time, and says where. */
export async function checkArtifacts(config: ArtifactsConfig): Promise<string> {
  const artifacts = await openArtifacts(config);
  await artifacts.get(await artifacts.put('written by `gatehouse doctor`, and may be removed\n'));
  if (config.kind === 'folder') return `in ${config.path}`;
  return `in the bucket ${config.bucket} at ${new URL(config.endpoint).host}`;
}
