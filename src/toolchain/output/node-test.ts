/** Node's own test runner, in its two forms: for people, and TAP. */
import { type IsOurs, type LineReader, type NamedPlace, stackFrame } from './line-reader.ts';

const TOLD_LINES = 4;

/** A failed test: where it stands, and what is said of it. */
type FailedTest = NamedPlace & { told: string[] };

const place = ({ file, line, told, message }: FailedTest): NamedPlace => ({
  file,
  line,
  message: [message, ...told].filter(text => text !== '').join(' — '),
});

/** `test at a.test.mjs:3:1`, its name, the error, and where it was thrown. @foreign */
export function nodeTestSpec(isOurs: IsOurs): LineReader {
  let open: FailedTest | null = null;
  const close = (): NamedPlace[] => {
    const done = open;
    open = null;
    return done ? [place(done)] : [];
  };
  return {
    line(text) {
      const [, file, line] = /^test at (\S.{0,400}):(\d{1,7}):\d{1,7}$/.exec(text) ?? [];
      if (file) {
        const before = close();
        open = { file, line: Number(line), message: '', told: [] };
        return before;
      }
      if (open === null) return [];
      const [, name] = /^✖ (.{1,300}?)(?: \([\d.]{1,20}ms\))?$/.exec(text) ?? [];
      if (name) {
        open.message = name;
        return [];
      }
      if (/^\s{4,8}at /.test(text)) {
        const frame = stackFrame(text, isOurs);
        if (frame === null) return [];
        Object.assign(open, frame);
        return close();
      }
      const told = text.trim();
      if (told !== '' && open.told.length < TOLD_LINES) open.told.push(told);
      return [];
    },
    end: close,
  };
}

/** `not ok 1 - name`, and a block that tells where, and what was thrown. @foreign */
export function nodeTestTap(isOurs: IsOurs): LineReader {
  let name: string | null = null;
  let open: FailedTest | null = null;
  let block: 'error' | 'stack' | null = null;
  const close = (): NamedPlace[] => {
    const done = open;
    open = null;
    name = null;
    block = null;
    return done ? [place(done)] : [];
  };
  return {
    line(text) {
      const [, title] = /^\s{0,40}not ok \d{1,7} - (.{1,300})$/.exec(text) ?? [];
      if (title) {
        const before = close();
        name = title;
        return before;
      }
      if (name === null) return [];
      const field = text.trim();
      const [, file, line] = /^location: '(.{1,400}):(\d{1,7}):\d{1,7}'$/.exec(field) ?? [];
      if (file) open = { file, line: Number(line), message: name, told: [] };
      if (field === "failureType: 'subtestsFailed'") open = null;
      const [, error] = /^error: '(.{1,500})'$/.exec(field) ?? [];
      if (error) open?.told.push(error);
      if (field === 'error: |-' || field === 'stack: |-') {
        block = field === 'error: |-' ? 'error' : 'stack';
        return [];
      }
      if (/^(?:code|name|expected|actual|operator): /.test(field)) block = null;
      if (field === '...') return close();
      if (block === 'error' && field !== '' && open && open.told.length < TOLD_LINES)
        open.told.push(field);
      const frame = block === 'stack' ? stackFrame(field, isOurs) : null;
      if (frame === null || open === null) return [];
      Object.assign(open, frame);
      return close();
    },
    end: close,
  };
}
