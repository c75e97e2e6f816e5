/** What a document says that people decide by, where the work went back for it and is no better. */
import { plain } from '../text/plain-text.ts';
import { type ReviewFinding, ReviewReport } from './review.ts';

const MOST = 5;
const LONGEST_PATH = 200;
const LONGEST_LINE = 500;

/**
 * What a reviewer says must not be merged, or else all that it found: a line each. Empty of any other
 * document. `redact`: takes secrets out of a text that is whole; half a secret is not known as one.
 */
export function foundIn(document: unknown, redact: (text: string) => string): string[] {
  const review = ReviewReport.safeParse(document);
  if (!review.success) return [];
  const { findings } = review.data;
  const blocking = findings.filter(({ severity }) => severity === 'blocking');
  const found = blocking.length > 0 ? blocking : findings;
  const lines = found.slice(0, MOST).map(finding => lineOf(finding, redact));
  const more = found.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function lineOf({ path, line, message }: ReviewFinding, redact: (text: string) => string): string {
  const place = `${plain(redact(path), LONGEST_PATH)}${line === null ? '' : `:${line}`}`;
  return `${place}: ${plain(redact(message), LONGEST_LINE)}`;
}
