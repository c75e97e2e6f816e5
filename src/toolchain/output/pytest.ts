/**
 * pytest. Its long form says what is wrong (`E   assert 1 == 2`) and then where (`test_a.py:5: AssertionError`);
 * its short form, and an error while tests are collected, the other way round (`test_a.py:5: in test_add`).
 */
import type { IsOurs, LineReader, NamedPlace } from './line-reader.ts';

const LONGEST_SECTION = 320;
const isSection = (text: string): boolean =>
  text.length <= LONGEST_SECTION && /^___.{0,400}___$/.test(text);
const FRAME = /^(\S.{0,400}?\.py):(\d{1,7}): in .{1,300}$/;
const RAISED = /^(\S.{0,400}?\.py):(\d{1,7}): [A-Za-z_][\w.]{0,200}$/;
const SAID = /^E {1,10}(\S.{0,500})$/;

/** @foreign */
export function pytest(isOurs: IsOurs): LineReader {
  let frame: { file: string; line: number } | null = null;
  let said: string | null = null;
  const found = (place: { file: string; line: number }): NamedPlace[] => {
    const message = said ?? '';
    frame = null;
    said = null;
    return [{ ...place, message }];
  };
  return {
    line(text) {
      if (isSection(text)) {
        frame = null;
        said = null;
        return [];
      }
      const [, file, line] = FRAME.exec(text) ?? [];
      // What Python and packages do with it is not where it is wrong.
      if (file) {
        if (isOurs(file)) frame = { file, line: Number(line) };
        return [];
      }
      const [, message] = SAID.exec(text) ?? [];
      if (message && said === null) {
        said = message;
        return frame ? found(frame) : [];
      }
      const [, raisedIn, raisedAt] = RAISED.exec(text) ?? [];
      return raisedIn && said !== null ? found({ file: raisedIn, line: Number(raisedAt) }) : [];
    },
    end: () => [],
  };
}
