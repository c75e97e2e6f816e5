/**
 * `gatehouse verify`: names the first bad event of each stream that has one, and what differs from what
 * checkpoints, and anchors outside of the database, say of it.
 */

import type { Anchor } from '../core/checkpoint/anchor.ts';
import { streamName } from '../core/stream.ts';
import { type ChainVerdict, verdictBeside, verifyStream } from '../engine/chain.ts';
import { claimsOfAnchors, claimsOfCheckpoints, compare } from '../engine/checkpoint/compare.ts';
import { type Output, plain, print } from './output.ts';
import type { Services } from './services.ts';
import { openSource } from './source.ts';

type Options = { json: boolean; file?: string; anchors?: true | string; key?: string };

export async function verify(
  services: Services,
  output: Output,
  stream: string | null,
  options: Options,
): Promise<void> {
  const outside = await readAnchors(services, options);
  await using source = await openSource(services, options.file, stream);
  const results: ({ stream: string } & ChainVerdict)[] = [];
  for await (const ref of source.streams) {
    // Loaded first: a stream may grow meanwhile, and never shrinks.
    const head = await source.head(ref);
    const verdict = await verifyStream(source.record.events(ref));
    results.push({ stream: streamName(ref), ...(head ? verdictBeside(verdict, head) : verdict) });
  }
  const bad = new Map<string, string>();
  for (const each of results) if (!each.ok) bad.set(each.stream, each.problem);
  const only =
    stream === null && source.whole ? null : new Set(results.map(({ stream }) => stream));
  const claims = [
    ...(await claimsOfCheckpoints(source.record)),
    ...claimsOfAnchors(outside.anchors),
  ];
  for (const { stream, problem } of await compare(source.record, claims, only))
    bad.set(stream, bad.get(stream) ?? problem);
  const events = results.reduce((sum, result) => sum + (result.ok ? result.events : 0), 0);
  const faults = [...outside.faults];
  for (const [stream, problem] of bad) faults.push(plain(`${stream}: ${problem}`, 400));
  if (bad.size === 0 && source.missing !== 0)
    faults.push(`${source.missing} events that were written are not in the file`);
  const ok = faults.length === 0;
  const streams = results.map(result =>
    result.ok && bad.has(result.stream)
      ? { stream: result.stream, ok: false, problem: bad.get(result.stream) }
      : result,
  );
  const lost = [...bad]
    .filter(([name]) => !results.some(({ stream }) => stream === name))
    .map(([stream, problem]) => ({ stream, ok: false, problem }));
  print(output, options.json, { ok, streams: [...streams, ...lost], anchors: outside.said }, [
    ...faults,
    ...outside.notes,
    ok
      ? `verify: ok (${results.length} streams, ${events} events${outside.said})`
      : `verify: failed (${bad.size} of ${results.length + lost.length} streams)`,
  ]);
  if (!ok) output.exit(1);
}

type Outside = {
  /** Those that our key signed, or all where there is no key to check with. */
  anchors: Anchor[];
  faults: string[];
  notes: string[];
  said: string;
};

async function readAnchors(
  services: Services,
  { anchors: from, key = null }: { anchors?: true | string; key?: string | null },
): Promise<Outside> {
  if (from === undefined) return { anchors: [], faults: [], notes: [], said: '' };
  const { anchors, isOurs } = await services.anchors(from === true ? null : from, key);
  const ours = anchors.filter(anchor => isOurs?.(anchor) ?? true);
  const forged = anchors.filter(anchor => !ours.includes(anchor));
  const where = from === true ? 'GitHub' : from;
  const faults = forged.map(
    ({ checkpoint }) =>
      `${where}: the App's key did not sign the anchor of checkpoint ${checkpoint}`,
  );
  if (anchors.length === 0)
    faults.push(`${where}: there is no anchor yet; while Gatehouse runs, one is kept every hour`);
  return {
    anchors: ours,
    faults,
    notes: isOurs
      ? []
      : ['The signatures of the anchors were not checked: --key names the file of the key.'],
    said: `, compared with ${ours.length} anchors`,
  };
}
