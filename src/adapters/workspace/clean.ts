/** Words of git and of servers, made fit for logs and comments. */
import { stripVTControlCharacters } from 'node:util';

/** Controls and invisibles, apart from line ends and tabs. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;
/** GitHub's tokens, and credentials in a URL or a header. */
const CREDENTIALS =
  /\b(?:gh[oprsu]_|github_pat_)[\w.-]+|(?<=:\/\/)[^\s/@]+@|(?<=authorization:\s*)\S.*/gi;

/** At most `limit` characters, without the secrets, terminal sequences and control characters. */
export function clean(words: string, secrets: string[], limit = 4000): string {
  let text = words;
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '[redacted]');
  text = text.replace(CREDENTIALS, '[redacted]');
  text = stripVTControlCharacters(text).replace(UNSEEN, '').trim();
  return text.length > limit ? `${text.slice(0, limit)} …` : text;
}
