import { OF_US } from './speakers.ts';

/**
 * The newest of what was said, in its order. Half of the places are for the newest of those who may write,
 * as far as GitHub says who they are: strangers push nobody's words out by as many of their own.
 */
export function newestOf<T extends { association: string }>(said: readonly T[], most: number): T[] {
  const ofUs = said.filter(({ association }) => OF_US.has(association));
  const kept = new Set(ofUs.slice(-Math.ceil(most / 2)));
  for (const one of said.toReversed()) {
    if (kept.size >= most) break;
    kept.add(one);
  }
  return said.filter(one => kept.has(one));
}
