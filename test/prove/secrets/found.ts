/**
 * Whether a text holds a secret as it was written there: read by nothing of what takes secrets out.
 * Half of it is enough to be found.
 */

/** What printing, quoting and folding add or take away. */
const bare = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that were planted
    .replace(/(?:\u001b|\\+u001b|⟨U\+001B⟩)\[1m/g, '')
    .replace(/\\+u200b|\u200b|⟨U\+200B⟩/gi, '')
    .replace(/\\+[nr]/g, '')
    .replace(/[\s\\`|"]/g, '');

export function finder(text: string): (written: string) => boolean {
  const read = bare(text);
  return written => {
    const looked = bare(written);
    const half = Math.floor(looked.length / 2);
    const quarter = Math.floor(looked.length / 4);
    return [0, quarter, looked.length - half].some(at =>
      read.includes(looked.slice(at, at + half)),
    );
  };
}
