/** Cargo: `error[E0308]: what` and below it ` --> src/lib.rs:5:5`; of a test, where it panicked and what with. */
import type { LineReader, NamedPlace } from './line-reader.ts';

const SAID = /^(error|warning)(\[\w{1,20}\])?: (.{1,500})$/;
const AT = /^\s{0,20}--> (\S.{0,400}):(\d{1,7}):\d{1,7}$/;
const PANICKED =
  /^thread '(.{0,300}?)'(?: \(\d{1,20}\))? panicked at (\S.{0,400}):(\d{1,7}):\d{1,7}:$/;
const OLD_PANIC = /^thread '(.{0,300}?)' panicked at '(.{0,500})', (\S.{0,400}):(\d{1,7}):\d{1,7}$/;
const TOLD_LINES = 4;

/** @foreign */
export function cargo(): LineReader {
  let said: { level: 'failure' | 'warning'; message: string } | null = null;
  let panic: { place: NamedPlace; told: string[] } | null = null;
  const close = (): NamedPlace[] => {
    if (panic === null) return [];
    const { place, told } = panic;
    panic = null;
    return [{ ...place, message: [place.message, ...told].join(' — ') }];
  };
  return {
    line(text) {
      const [, level, code = '', what = ''] = SAID.exec(text) ?? [];
      if (level) {
        said = {
          level: level === 'error' ? 'failure' : 'warning',
          message: `${what} ${code}`.trim(),
        };
        return close();
      }
      const [, file, line] = AT.exec(text) ?? [];
      if (file) {
        const problem = said;
        said = null;
        return problem ? [{ file, line: Number(line), ...problem }] : [];
      }
      const [, thread = '', panicFile, panicLine] = PANICKED.exec(text) ?? [];
      if (panicFile) {
        const before = close();
        const place = { file: panicFile, line: Number(panicLine), message: thread };
        panic = { place, told: [] };
        return before;
      }
      const [, oldThread = '', why = '', oldFile, oldLine] = OLD_PANIC.exec(text) ?? [];
      if (oldFile)
        return [
          ...close(),
          { file: oldFile, line: Number(oldLine), message: `${oldThread} — ${why}` },
        ];
      if (panic === null) return [];
      const told = text.trim();
      if (told === '' || /^(?:note|stack backtrace):/.test(told) || panic.told.length >= TOLD_LINES)
        return close();
      panic.told.push(told);
      return [];
    },
    end: close,
  };
}
