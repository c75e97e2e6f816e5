/**
 * Runners that list what failed: its name, what was wrong, and where. Jest has `● adds`, Mocha, RSpec,
 * PHPUnit, ExUnit and Playwright have `1) adds`, Minitest and .NET name the test in words of their own.
 */
import type { IsOurs, LineReader, NamedPlace } from './line-reader.ts';

const OPENS: readonly RegExp[] = [
  /^\s{0,4}● (\S.{0,300})$/,
  /^\s{0,4}\d{1,5}\) (\S.{0,300})$/,
  /^\s{0,4}Failed (\S.{0,300}) \[[^\]]{1,30}\]$/,
];
const PLACES: readonly RegExp[] = [
  // A frame of a stack.
  /^\s{1,12}at (?:[^()]{0,300} \()?((?:file:\/\/)?[^\s():]{1,400}):(\d{1,7}):\d{1,7}\)?$/,
  /^\s{1,12}at .{1,300} in ([^\s:]{1,400}):line (\d{1,7})$/,
  // RSpec; PHPUnit and ExUnit.
  /^\s{0,12}# ([^\s:]{1,400}):(\d{1,7})(?::in .{1,300})?$/,
  /^\s{0,12}([^\s:]{1,400}\.\w{1,10}):(\d{1,7})(?::(?: \([^)]{1,100}\))?)?$/,
];
/** Minitest says where before it says what. */
const NAMED_FIRST = /^(\S.{0,200}) \[([^\s:]{1,400}):(\d{1,7})\]:$/;
/** Lines of the code itself, as some runners show them, and headings. */
const ASIDE = /^(?:>? ?\d{1,7} ?\||\||Error Message:$|Stack Trace:$|Failure:$|stacktrace:$)/;
const TOLD_LINES = 4;

/** @foreign */
export function failedTests(isOurs: IsOurs): LineReader {
  let open: { name: string; told: string[]; place: { file: string; line: number } | null } | null =
    null;
  const close = (): NamedPlace[] => {
    const done = open;
    open = null;
    if (!done?.place) return [];
    // Mocha has a colon behind each part of a name.
    const parts = [done.name, ...done.told].map(part => part.replace(/:$/, ''));
    return [{ ...done.place, message: parts.join(' — ') }];
  };
  return {
    line(text) {
      const [, first, firstFile, firstLine] = NAMED_FIRST.exec(text) ?? [];
      if (first && firstFile && isOurs(firstFile)) {
        const before = close();
        open = { name: first, told: [], place: { file: firstFile, line: Number(firstLine) } };
        return before;
      }
      const name = matched(OPENS, text)?.[1];
      if (name !== undefined) {
        const before = close();
        open = { name: name.trim(), told: [], place: null };
        return before;
      }
      if (open === null) return [];
      if (open.place !== null) {
        if (text.trim() === '' || open.told.length >= TOLD_LINES) return close();
        open.told.push(text.trim());
        return [];
      }
      const [, file, line] = matched(PLACES, text) ?? [];
      if (file !== undefined) {
        if (!isOurs(file)) return [];
        open.place = { file, line: Number(line) };
        return close();
      }
      const told = text.trim();
      if (told !== '' && !ASIDE.test(told) && open.told.length < TOLD_LINES) open.told.push(told);
      return [];
    },
    end: close,
  };
}

const matched = (patterns: readonly RegExp[], text: string): RegExpExecArray | null => {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found) return found;
  }
  return null;
};
