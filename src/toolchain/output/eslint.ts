/** ESLint: a file on a line of its own, below it `  3:10  error  what is wrong  rule`. */
import type { LineReader } from './line-reader.ts';

const FILE = /^(?:\/|[A-Za-z0-9_.@-]+\/)\S.{0,400}$/;
const FOUND = /^\s{1,10}(\d{1,7}):\d{1,7}\s{1,10}(error|warning)\s{1,10}(\S.{0,500})$/;

/** @foreign */
export function eslint(): LineReader {
  let file: string | null = null;
  return {
    line(text) {
      const [, line, level, said = ''] = FOUND.exec(text) ?? [];
      if (line && file !== null)
        return [
          {
            file,
            line: Number(line),
            level: level === 'error' ? 'failure' : 'warning',
            // The rule stands in a column of its own.
            message: said.replace(/\s{2,10}(\S+)$/, ' ($1)'),
          },
        ];
      file = FILE.test(text) ? text.trimEnd() : null;
      return [];
    },
    end: () => [],
  };
}
