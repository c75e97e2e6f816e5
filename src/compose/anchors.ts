/** Anchors of the log: where they are kept, and whose key signs them. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnchorsFile, readAnchorsFile } from '../adapters/artifacts/anchors-file.ts';
import type { ReadAnchors } from '../cli/services.ts';
import type { Config } from '../config.ts';
import { createSigning, isSignedBy } from '../engine/checkpoint/signing.ts';
import type { Anchors } from '../engine/ports/anchors.ts';
import { connect } from './connect.ts';
import { createLogger } from './logger.ts';
import { useNetwork } from './network.ts';
import { redactionValues } from './redaction-values.ts';

/** In the state folder, signed with the App's key. */
export const openAnchors = ({
  stateDir,
  github,
}: Pick<Config, 'stateDir' | 'github'>): Anchors => ({
  ...createSigning(createPrivateKey(github.privateKey.reveal())),
  ...createAnchorsFile(join(stateDir, 'anchors.jsonl')),
});

/** Those of a file. `key`: a file with the App's key, private or public; `null`: signatures are not checked. */
export async function anchorsOfFile(file: string, key: string | null): Promise<ReadAnchors> {
  const anchors = await readAnchorsFile(file);
  if (key === null) return { anchors, isOurs: null };
  return { anchors, isOurs: isSignedBy(createPublicKey(await readFile(key))) };
}

/** Those that GitHub keeps, checked with the App's key. */
export async function anchorsOfGitHub(config: Config): Promise<ReadAnchors> {
  useNetwork(config.network);
  const logger = createLogger('warn', redactionValues(config), config.logFormat);
  const { record } = await connect(config.github, logger);
  const anchors = [];
  for await (const anchor of record.anchors()) anchors.push(anchor);
  return { anchors, isOurs: openAnchors(config).isOurs };
}
