/** The TypeScript compiler: `a.ts(1,14): error TS2322: …`, or, with `--pretty`, `a.ts:1:14 - error TS2322: …`. */
import { byLine, type LineReader } from './line-reader.ts';

const PLAIN = /^(\S.{0,400}?)\((\d{1,7}),\d{1,7}\): error (TS\d{1,6}: .*)$/;
const PRETTY = /^(\S.{0,400}?):(\d{1,7}):\d{1,7} - error (TS\d{1,6}: .*)$/;

/** @foreign */
export const typescript = (): LineReader =>
  byLine(text => {
    const [, file = '', line, message = ''] = PLAIN.exec(text) ?? PRETTY.exec(text) ?? [];
    return line ? [{ file, line: Number(line), message }] : [];
  });
