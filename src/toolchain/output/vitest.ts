/** Vitest: ` FAIL  file > name`, the error, and ` ❯ file:3:17`, the first of which is where it was thrown. */
import type { IsOurs, LineReader } from './line-reader.ts';

/** @foreign */
export function vitest(isOurs: IsOurs): LineReader {
  let failed: { name: string; told: string } | null = null;
  return {
    line(text) {
      const [, name] = /^\s{0,4}FAIL {1,4}(\S.{0,400})$/.exec(text) ?? [];
      if (name) {
        failed = { name, told: '' };
        return [];
      }
      if (failed === null) return [];
      const [, file, line] =
        /^\s{1,4}❯ (?:\S{1,200} )?(\S{1,400}):(\d{1,7}):\d{1,7}$/.exec(text) ?? [];
      if (file && isOurs(file)) {
        const { name, told } = failed;
        failed = null;
        return [{ file, line: Number(line), message: told ? `${name} — ${told}` : name }];
      }
      if (failed.told === '') failed.told = text.trim();
      return [];
    },
    end: () => [],
  };
}
