/** Reads Vitest's output: ` FAIL  file > name`, the error, and ` ❯ file:3:17`, first the place that threw it. */
import type { IsOurs, LineReader } from './line-reader.ts';

/** @foreign */
export function vitest(isOurs: IsOurs): LineReader {
  let failed: { name: string; message: string } | null = null;
  return {
    line(text) {
      const [, name] = /^\s{0,4}FAIL {1,4}(\S.{0,400})$/.exec(text) ?? [];
      if (name) {
        failed = { name, message: '' };
        return [];
      }
      if (failed === null) return [];
      const [, file, line] =
        /^\s{1,4}❯ (?:\S{1,200} )?(\S{1,400}):(\d{1,7}):\d{1,7}$/.exec(text) ?? [];
      if (file && isOurs(file)) {
        const { name, message } = failed;
        failed = null;
        return [{ file, line: Number(line), message: message ? `${name} — ${message}` : name }];
      }
      if (failed.message === '') failed.message = text.trim();
      return [];
    },
    end: () => [],
  };
}
