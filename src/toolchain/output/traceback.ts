/** A traceback of Python, as unittest prints it too: `  File "a.py", line 3, in f`, and what was raised at its end. */
import type { IsOurs, LineReader } from './line-reader.ts';

const FRAME = /^\s{1,8}File "([^"]{1,400})", line (\d{1,7})(?:, in .{1,300})?$/;
const RAISED = /^([A-Za-z_][\w.]{0,200}(?:: .{0,500})?)$/;

/** @foreign */
export function traceback(isOurs: IsOurs): LineReader {
  let place: { file: string; line: number } | null = null;
  return {
    line(text) {
      const [, file, line] = FRAME.exec(text) ?? [];
      if (file !== undefined) {
        // The innermost of the repository's own files is where it went wrong.
        if (isOurs(file)) place = { file, line: Number(line) };
        return [];
      }
      const [, message] = RAISED.exec(text) ?? [];
      if (message === undefined || place === null) return [];
      const found = [{ ...place, message }];
      place = null;
      return found;
    },
    end: () => [],
  };
}
