/**
 * `gatehouse verify`: names the first bad event of each stream that has one, and what differs from what
 * the ledger, checkpoints, and anchors outside of the database say of it.
 */

import type { Anchor } from '../core/checkpoint/anchor.ts';
import { type StreamRef, streamName } from '../core/stream.ts';
import { plain } from '../core/text/plain-text.ts';
import { verifyBeside } from '../engine/audit/verify.ts';
import type { ChainVerdict } from '../engine/chain.ts';
import { compare, endsOfAnchors, readCheckpoints } from '../engine/checkpoint/compare.ts';
import { type PlacedAnchor, placedAnchors } from '../engine/checkpoint/placed.ts';
import { createUnseen } from '../engine/checkpoint/unseen.ts';
import { type Output, print } from './output.ts';
import type { ReadAnchors, Services } from './services.ts';
import { openSource, type RecordSource } from './source.ts';

type Options = { json: boolean; file?: string; anchors?: true | string; key?: string[] };

export async function verify(
  services: Services,
  output: Output,
  stream: string | null,
  options: Options,
): Promise<void> {
  if ((options.key ?? []).length > 0 && options.anchors === undefined)
    throw new Error(
      '--key checks anchors: add --anchors, or --anchors FILE. Without them nothing would be checked with it.',
    );
  await using source = await openSource(services, options.file, stream);
  const isOnGitHub = options.anchors === true && stream === null;
  const outside = await readAnchors(
    services,
    options,
    isOnGitHub ? await placedAnchors(source.record) : [],
  );
  const verdicts = await verdictsOn(source, outside.anchors, stream);
  const streams = [...verdicts].map(([stream, verdict]) => ({ stream, ...verdict }));
  const bad = streams.flatMap(each => (each.ok ? [] : [`${each.stream}: ${each.problem}`]));
  // What is wrong with no one stream.
  const access = stream === null ? await source.accessFaults() : [];
  const others = [...outside.faults, ...source.faults, ...access];
  const faults = [...others, ...bad];
  const ok = faults.length === 0;
  const events = streams.reduce((sum, each) => sum + (each.ok ? each.events : 0), 0);
  const compared = outside.asked ? `, compared with ${outside.anchors.length} anchors` : '';
  const anchors = outside.asked ? outside.anchors.length : null;
  print(output, options.json, { ok, streams, anchors, faults: others }, [
    ...faults.map(fault => plain(fault, 400)),
    ...source.notes.map(note => plain(note, 400)),
    ...outside.notes,
    ok
      ? `verify: ok (${streams.length} streams, ${events} events${compared})`
      : bad.length > 0
        ? `verify: failed (${bad.length} of ${streams.length} streams)`
        : 'verify: failed, though each stream agrees with itself',
  ]);
  if (!ok) output.exit(1);
}

/** `stream`: the name of the only one; null: all. */
async function verdictsOn(
  source: RecordSource,
  anchors: readonly Anchor[],
  stream: string | null,
): Promise<Map<string, ChainVerdict>> {
  const { record } = source;
  const alone = new Map<string, { ref: StreamRef; verdict: ChainVerdict }>();
  for await (const ref of source.streams)
    alone.set(streamName(ref), { ref, verdict: await verifyBeside(record, ref, source) });
  const only = stream === null && source.whole ? null : new Set(alone.keys());
  const checkpoints = await readCheckpoints(record, only);
  const unseen = createUnseen(checkpoints);
  const verdicts = new Map(
    [...alone].map(([name, { ref, verdict }]) => [name, unseen(ref, verdict)]),
  );
  // Of a stream that is wrong by itself nothing else is asked.
  const recorded = [...checkpoints.ends, ...endsOfAnchors(anchors)].filter(
    end => alone.get(end.stream)?.verdict.ok ?? true,
  );
  for (const { stream, seq, problem } of await compare(record, recorded, only))
    verdicts.set(stream, { ok: false, seq, problem });
  return verdicts;
}

type Outside = {
  /** Whether anchors were asked for. */
  asked: boolean;
  /** Those that a key of ours signed, or all where there is no key to check with. */
  anchors: Anchor[];
  faults: string[];
  notes: string[];
};

async function readAnchors(
  services: Services,
  { anchors: from, key: keys = [] }: Pick<Options, 'anchors' | 'key'>,
  placed: readonly PlacedAnchor[],
): Promise<Outside> {
  if (from === undefined) return { asked: false, anchors: [], faults: [], notes: [] };
  const places = placed.map(({ place }) => place);
  const read = await services.anchors(from === true ? null : from, keys, places);
  const { anchors, isOurs } = read;
  const ours: Anchor[] = [];
  const forged: Anchor[] = [];
  for (const anchor of anchors) (isOurs && !isOurs(anchor) ? forged : ours).push(anchor);
  const where = from === true ? 'GitHub' : from;
  const faults = forged.map(
    ({ checkpoint }) =>
      `${where}: the App's key did not sign the anchor of checkpoint ${checkpoint}`,
  );
  if (anchors.length === 0)
    faults.push(`${where}: there is no anchor yet; while Gatehouse runs, one is kept every hour`);
  faults.push(...missingAnchors(placed, read.missing));
  const notes = isOurs
    ? forged.length === 0
      ? []
      : ["Where the App's key was replaced, --key names the file of the earlier one as well."]
    : ['The signatures of the anchors were not checked: --key names the file of the key.'];
  return { asked: true, anchors: ours, faults, notes: [...notes, ...unaskedNote(read.unasked)] };
}

const MOST_NAMED = 50;

/** Check runs can't be deleted: who finds one missing asks why. */
function missingAnchors(placed: readonly PlacedAnchor[], missing: readonly string[]): string[] {
  const gone = new Set(missing);
  const named = placed.flatMap(({ place, until, at }) =>
    gone.has(place)
      ? [
          `GitHub: no anchor stands at ${place}, where the log has one up to checkpoint ${until} (${at})`,
        ]
      : [],
  );
  const more = named.length - MOST_NAMED;
  return more > 0 ? [...named.slice(0, MOST_NAMED), `GitHub: ${more} more are missing`] : named;
}

function unaskedNote(unasked: ReadAnchors['unasked']): string[] {
  const [first] = unasked;
  if (!first) return [];
  return [
    plain(
      `${unasked.length} of the anchors that the log names on GitHub could not be asked for, such as ${first.place}: ${first.problem}`,
      400,
    ),
  ];
}
