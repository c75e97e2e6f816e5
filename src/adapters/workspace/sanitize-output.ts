/** Makes output of git and of servers safe for logs and comments. */
import { withoutTerminalSequences } from '../../core/terminal-text.ts';

/** Control and invisible characters, except line ends and tabs. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;
/** GitHub's tokens, and credentials in a URL or a header. */
const CREDENTIALS =
  /\b(?:gh[oprsu]_|github_pat_)[\w.-]+|(?<=:\/\/)[^\s/@]+@|(?<=authorization:\s*)\S.*/gi;

/** At most `limit` characters of the output, without secrets, terminal sequences and controls. */
export function sanitizeOutput(output: string, secrets: string[], limit = 4000): string {
  let text = output;
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '[redacted]');
  text = text.replace(CREDENTIALS, '[redacted]');
  text = withoutTerminalSequences(text).replace(INVISIBLE, '').trim();
  return text.length > limit ? `${text.slice(0, limit)} …` : text;
}
