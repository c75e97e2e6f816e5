/** A note on a line, as check runs have them. GitHub shows it as plain text and takes 50 at once. */
import { clip, inertPlain } from './inert.ts';

export const MOST_ANNOTATIONS = 50;
const MESSAGE = 4_000;

export type Annotation = {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: 'failure' | 'warning';
  title: string;
  message: string;
};

/** Each line of the message is made inert by itself. */
export const annotation = (
  { file, line }: { file: string; line: number },
  annotation_level: Annotation['annotation_level'],
  title: string,
  message: string,
): Annotation => ({
  path: file,
  start_line: line,
  end_line: line,
  annotation_level,
  title,
  message: clip(
    message
      .split('\n')
      .map(each => inertPlain(each, 300))
      .join('\n'),
    MESSAGE,
  ),
});
