import { UNITS } from './units.js';

const DURATION = /^[-+]?(\d+(\.\d+)?[a-z]+)+$/;
const PART = /(\d+(?:\.\d+)?)([a-z]+)/g;

const unitOf = word =>
  UNITS.find(unit => [unit.short, unit.name, `${unit.name}s`].includes(word));

/**
 * Reads '1h 30m', '90 minutes' or '-1.5d'.
 *
 * @param {string} text
 * @returns {number} milliseconds
 * @throws {TypeError} where the text is not a duration
 */
export function parse(text) {
  const packed = String(text).toLowerCase().replaceAll(/[\s,]+/g, '');
  if (!DURATION.test(packed)) throw new TypeError(`"${text}" is not a duration`);
  let ms = 0;
  for (const [, number, word] of packed.matchAll(PART)) {
    const unit = unitOf(word);
    if (unit === undefined) throw new TypeError(`"${word}" is not a unit of time`);
    ms += Number(number) * unit.ms;
  }
  return packed.startsWith('-') ? -ms : ms;
}
