/** Patterns of repositories, as operators write them: `owner/name`, with `*` for any text, in small or capital letters. */
import { fitsPattern } from './star-pattern.ts';

export const isMatched = (
  patterns: readonly string[],
  { owner, name }: { owner: string; name: string },
): boolean =>
  patterns.some(pattern => {
    const [ofOwner = '', ofName = ''] = pattern.toLowerCase().split('/');
    return fitsPattern(ofOwner, owner.toLowerCase()) && fitsPattern(ofName, name.toLowerCase());
  });
