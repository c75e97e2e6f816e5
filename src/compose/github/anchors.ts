/** Anchors of the log: where they are kept, and whose key signs them. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnchorsFile, readAnchorsFile } from '../../adapters/artifacts/anchors-file.ts';
import type { ReadAnchors } from '../../cli/services.ts';
import type { Config } from '../../config.ts';
import { createSigning, isSignedBy } from '../../engine/checkpoint/signing.ts';
import type { Anchors, Signing } from '../../engine/ports/anchors.ts';
import { useNetwork } from '../machine/network.ts';
import { createLogger } from '../telemetry/logger.ts';
import { redactionValues } from '../telemetry/redaction-values.ts';
import { connect } from './connect.ts';

/** In the state folder, signed with this key. */
export const openAnchors = (stateDir: string, key: KeyObject): Anchors => ({
  ...createSigning(key),
  ...createAnchorsFile(join(stateDir, 'anchors.jsonl')),
});

/** The App's own. */
export const anchorsOfApp = ({ stateDir, github }: Pick<Config, 'stateDir' | 'github'>): Anchors =>
  openAnchors(stateDir, createPrivateKey(github.privateKey.reveal()));

/** Those of a file. `keys`: files with keys of the App, private or public; none: signatures are not checked. */
export async function anchorsOfFile(file: string, keys: readonly string[]): Promise<ReadAnchors> {
  const anchors = await readAnchorsFile(file);
  const read = { anchors, missing: [], unasked: [] };
  if (keys.length === 0) return { ...read, isOurs: null };
  return { ...read, isOurs: signedByAny(await signersOf(keys)) };
}

/** Those that GitHub keeps, at these places and others, checked with the App's key and those that it had before. */
export async function anchorsOfGitHub(
  config: Config,
  earlier: readonly string[],
  places: readonly string[],
): Promise<ReadAnchors> {
  const signers = await signersOf(earlier);
  useNetwork(config.network);
  const logger = createLogger('warn', redactionValues(config), config.logFormat);
  const { record } = await connect(config.github, logger);
  const isOurs = signedByAny([anchorsOfApp(config).isOurs, ...signers]);
  const read: ReadAnchors = { anchors: [], isOurs, missing: [], unasked: [] };
  for await (const found of record.anchorsAt(places)) {
    if (found.is === 'kept') read.anchors.push(found.anchor);
    else if (found.is === 'missing') read.missing.push(found.place);
    else read.unasked.push({ place: found.place, problem: found.problem });
  }
  return read;
}

type IsSigned = Signing['isOurs'];

const signersOf = (keys: readonly string[]): Promise<IsSigned[]> =>
  Promise.all(keys.map(async file => isSignedBy(publicKeyIn(file, await readFile(file)))));

function publicKeyIn(file: string, content: Buffer): KeyObject {
  try {
    return createPublicKey(content);
  } catch {
    throw new Error(`${file}: it is no key in PEM without a passphrase, private or public`);
  }
}

const signedByAny =
  (signers: readonly IsSigned[]): IsSigned =>
  anchor =>
    signers.some(isSigned => isSigned(anchor));
