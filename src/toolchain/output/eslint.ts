/** ESLint and Stylelint: a file on a line of its own, below it `  3:10  error  what is wrong  rule`; PHPStan: `  3  what`. */
import type { LineReader } from './line-reader.ts';

const FILE = /^(?:\/|[A-Za-z0-9_.@-]+\/)\S.{0,400}$|^[A-Za-z0-9_.@-]{1,200}\.[a-z]{1,6}$/;
const TABLE = /^\s{1,4}Line\s{2,10}(\S{1,400}\.php)(?: \(in context .{1,300}\))?$/;
const FOUND = /^\s{1,10}(\d{1,7}):\d{1,7}\s{1,10}(error|warning|✖|⚠)\s{1,10}(\S.{0,500})$/;
const ROW = /^\s{1,4}:?(\d{1,7})\s{2,10}(\S.{0,500})$/;

/** @foreign */
export function eslint(): LineReader {
  let file: string | null = null;
  let isTable = false;
  return {
    line(text) {
      const [, line, level, said = ''] = FOUND.exec(text) ?? [];
      if (line && file !== null)
        return [
          {
            file,
            line: Number(line),
            level: level === 'error' || level === '✖' ? 'failure' : 'warning',
            // The rule stands in a column of its own.
            message: said.replace(/\s{2,10}(\S+)$/, ' ($1)'),
          },
        ];
      const [, row, what = ''] = (isTable && ROW.exec(text)) || [];
      if (row && file !== null) return [{ file, line: Number(row), message: what }];
      if (isTable && /^\s{1,12}\S/.test(text)) return [];
      const [, heading] = TABLE.exec(text) ?? [];
      isTable = heading !== undefined;
      file = heading ?? (FILE.test(text) ? text.trimEnd() : null);
      return [];
    },
    end: () => [],
  };
}
