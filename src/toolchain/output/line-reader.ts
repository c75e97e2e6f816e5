/** How the output of a tool is read: line by line, so that the time is linear in what was printed. */
import type { CodeProblem } from '../../core/code-problem.ts';

/** A place as the tool names it: from its own folder, or as an absolute path or a `file:` URL. */
export type NamedPlace = {
  file: string;
  line: number;
  message: string;
  level?: CodeProblem['level'];
  /** Of Go's tests, which name no folder: the import path of the package. */
  package?: string;
};

export type LineReader = {
  /** What the line completes. */
  line(text: string): NamedPlace[];
  /** What was still open at the end. */
  end(): NamedPlace[];
};

/** A reader whose places each stand on one line. */
export const byLine = (read: (text: string) => NamedPlace[]): LineReader => ({
  line: read,
  end: () => [],
});

/** Whether a file that a tool names is one of the repository's own. */
export type IsOurs = (file: string) => boolean;

/** A place in a stack trace: `at test (file:///work/a.js:4:10)`. @foreign */
export function stackFrame(text: string, isOurs: IsOurs): { file: string; line: number } | null {
  const [, file, line] =
    /(?:^|[\s(])((?:file:\/\/)?\/[^\s():]{1,400}):(\d{1,7}):\d{1,7}\)?(?: \{)?$/.exec(text) ?? [];
  return file && isOurs(file) ? { file, line: Number(line) } : null;
}
