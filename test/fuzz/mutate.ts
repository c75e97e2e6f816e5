/** Changes texts at random, by the same steps for the same seed. */
const CHARACTERS = [
  ...'aA1 \n\t\r"\'`\\/-_.:;,=<>()[]{}@#*|&%$!?~^+\0\u001b\u200b\u00ad\ud800é漢😀',
];

/** Numbers from 0 to below the limit, by mulberry32. */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** `dictionary`: pieces that the parsers know. */
export function mutated(
  corpus: readonly string[],
  dictionary: readonly string[],
  random: (limit: number) => number,
): string {
  const pick = <T>(from: readonly T[], none: T): T => from[random(from.length || 1)] ?? none;
  let text = pick(corpus, '');
  for (let steps = 1 + random(6); steps > 0; steps--) {
    const from = random(text.length + 1);
    const to = Math.min(text.length, from + random(20));
    const insert = (piece: string) => text.slice(0, from) + piece + text.slice(from);
    switch (random(7)) {
      case 0:
        text = text.slice(0, from) + text.slice(to);
        break;
      case 1:
        text = insert(pick(CHARACTERS, 'a'));
        break;
      case 2:
        text = insert(pick(dictionary, 'a'));
        break;
      case 3:
        text = insert(text.slice(from, to).repeat(1 + random(8)));
        break;
      case 4:
        text = insert(pick(dictionary, 'a').repeat(1 + random(300)));
        break;
      case 5: {
        const other = pick(corpus, '');
        text = text.slice(0, from) + other.slice(random(other.length + 1));
        break;
      }
      default:
        text =
          text.slice(0, from) + pick(CHARACTERS, 'a') + text.slice(Math.min(text.length, from + 1));
    }
  }
  return text.slice(0, LONGEST);
}

const LONGEST = 64 * 1024;
