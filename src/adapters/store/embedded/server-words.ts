/** What PostgreSQL's programs print when they fail, as one line. */

const TELLING = /\b(?:FATAL|PANIC|ERROR|DETAIL|HINT):|^initdb: error:/;
const MOST_LINES = 3;
const MOST = 500;

/** The last lines that say why, without the time in front; or else the last line. */
export function lastWords(output: string): string {
  const lines = output
    .slice(-64 * 1024)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const telling = lines.filter(line => TELLING.test(line)).slice(-MOST_LINES);
  return (telling.length > 0 ? telling : lines.slice(-1))
    .map(line => line.replace(/^.{0,100}?\b(?=(?:FATAL|PANIC|ERROR|DETAIL|HINT):)/, ''))
    .join(' ')
    .slice(0, MOST);
}
