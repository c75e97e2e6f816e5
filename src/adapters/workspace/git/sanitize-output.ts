/** Makes output of git and of servers safe for logs and comments. */
import { redact } from '../../../core/redaction/redact.ts';
import { withoutTerminalSequences } from '../../../core/text/terminal-text.ts';

/** Control and invisible characters, except line ends and tabs. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;
/** Whatever begins like a token of GitHub, and credentials in a URL or a header. */
const TOKEN = /\b(?:gh[oprsu]_|github_pat_)[\w.-]+/gi;
const IN_URL = /:\/\/[^\s/@]+@/g;
const IN_HEADER = /authorization:\s*\S.*/gi;

/** At most `limit` characters of the output, without secrets, terminal sequences and controls. @foreign */
export function sanitizeOutput(output: string, secrets: string[], limit = 4000): string {
  let text = withoutTerminalSequences(redact(output, secrets)).replace(INVISIBLE, '');
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '[redacted]');
  text = text
    .replace(TOKEN, '[redacted]')
    .replace(IN_URL, '://[redacted]')
    .replace(IN_HEADER, 'authorization: [redacted]')
    .trim();
  return text.length > limit ? `${text.slice(0, limit)} …` : text;
}
