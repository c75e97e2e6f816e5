/** What every place of a secret does: gives the value as it is now, or says why not, and never shows it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SecretPlace, SecretUnavailable } from '../../src/engine/ports/secrets.ts';

export type OpenedPlace = {
  place: SecretPlace;
  /** The text that is kept there from now on; `null`: nothing is there. */
  keep(text: string | null): Promise<void>;
  close(): Promise<void>;
};

const VALUE = 'sk-a-secret of "ours", 100 %';

export function secretsContract(name: string, open: () => Promise<OpenedPlace>): void {
  describe(`a secret: ${name}`, () => {
    let opened: OpenedPlace;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const refusal = async (): Promise<SecretUnavailable> => {
      const error = await opened.place.read().catch(error => error);
      expect(error).toBeInstanceOf(SecretUnavailable);
      return error;
    };

    test.each([
      ['as it is', VALUE, VALUE],
      ['without the end of its line', `${VALUE}\n`, VALUE],
      ['without the end of its line, as Windows writes it', `${VALUE}\r\n`, VALUE],
      ['without blanks and empty lines around it', `  ${VALUE} \n\n`, VALUE],
      ['without quotes around it', '"in-double-quotes"\n', 'in-double-quotes'],
      ['without single quotes around it', "'in-single-quotes'", 'in-single-quotes'],
      ['with brackets', '[12345678]', '[12345678]'],
      ['with a brace at its beginning', '{a"b}-12345', '{a"b}-12345'],
      ['with a star at its beginning', '*{1234567', '*{1234567'],
      ['at its shortest', '12345678', '12345678'],
      ['at its longest', 'x'.repeat(8192), 'x'.repeat(8192)],
    ])('is given %s', async (_name, text, value) => {
      await opened.keep(text);
      expect(await opened.place.read()).toBe(value);
    });

    test('is read anew: what is there now counts', async () => {
      await opened.keep('the first one');
      expect(await opened.place.read()).toBe('the first one');
      await opened.keep('the second one');
      expect(await opened.place.read()).toBe('the second one');
    });

    test('that is not there is told of, with where and what to do', async () => {
      await opened.keep(null);
      const { message, remediation } = await refusal();
      expect(message.startsWith(opened.place.where)).toBe(true);
      expect(remediation).not.toBe('');
      await opened.keep('it is back');
      expect(await opened.place.read()).toBe('it is back');
    });

    test.each([
      ['nothing', '', /holds nothing|is not set/],
      ['a blank line', '   \n', /holds nothing/],
      ['too little to be kept out of logs', 'short7!', /fewer than 8 characters/],
      ['two lines', 'first-line\nsecond-line', /more than one line/],
      ['what would forge a header', 'first-line\r\nx-y: z', /more than one line/],
      ['a whole file of JSON', '{\n  "tokens": {}\n}\n', /holds JSON/],
      ['JSON in one line', '{"token": "in-an-object"}', /holds JSON/],
      ['a list of JSON', '["in-a-list"]', /holds JSON/],
      ['what is no ASCII', 'schlüssel-wort', /plain ASCII/],
      ['a control character', 'sk-\u0007aaaaaaaaaa', /plain ASCII/],
      ['too much', 'y'.repeat(8193), /more than 8192 characters|printed too much/],
      ['far too much', 'y'.repeat(100_000), /more than 8192 characters|printed too much/],
    ])('%s is refused, and not shown', async (_name, text, problem) => {
      await opened.keep(text);
      const { message, remediation } = await refusal();
      expect(message).toMatch(problem);
      expect(remediation).not.toBe('');
      const start = text.trim().slice(0, 6);
      if (start) expect(message + remediation).not.toContain(start);
    });
  });
}
