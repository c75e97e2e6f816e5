/** Go: `./sum.go:5:2: what is wrong` of the compiler and vet; of a test, below its name, `    sum_test.go:9: what is wrong`. */
import type { LineReader, NamedPlace } from './line-reader.ts';

const COMPILED = /^(?:vet: )?(\S{1,400}\.go):(\d{1,7}):\d{1,7}: (.{1,500})$/;
const TOLD = /^\s{4,40}(\S{1,400}\.go):(\d{1,7}): (.{1,500})$/;
const TEST = /^\s{0,40}(?:=== (?:RUN|PAUSE|CONT)|--- (FAIL|PASS|SKIP):) /;
const PACKAGE = /^(?:(FAIL)|ok {1,4})\t(\S{1,400})(?:\t|$)/;

/** @foreign */
export function go(): LineReader {
  /** What the present test has told; it is printed before or after the line with its result. */
  let told: NamedPlace[] = [];
  let failed: NamedPlace[] = [];
  let isFailing = false;
  return {
    line(text) {
      const [, file, line, message = ''] = COMPILED.exec(text) ?? [];
      if (file) return [{ file, line: Number(line), message }];
      const [, testFile, testLine, says = ''] = TOLD.exec(text) ?? [];
      if (testFile) {
        const place = { file: testFile, line: Number(testLine), message: says };
        if (isFailing) failed.push(place);
        else told.push(place);
        return [];
      }
      const [test, result] = TEST.exec(text) ?? [];
      if (test) {
        if (result === 'FAIL') for (const place of told) failed.push(place);
        told = [];
        isFailing = result === 'FAIL';
        return [];
      }
      const [, red, name = ''] = PACKAGE.exec(text) ?? [];
      if (name === '') return [];
      const places = red ? failed.map(place => ({ ...place, package: name })) : [];
      told = [];
      failed = [];
      isFailing = false;
      return places;
    },
    end: () => [],
  };
}
