import plur from 'plur';
import { MINUTE, UNITS } from './units.js';

/**
 * Writes a duration for people: the largest unit first, and as many units as `max` allows; what is
 * smaller is rounded.
 *
 * @param {number} ms milliseconds
 * @param {{ max?: number, long?: boolean }} [options]
 *   `max`: at most so many units (2); `long`: '2 hours' instead of '2h'
 * @returns {string}
 */
export function format(ms, options = {}) {
  const { max = 2, long = false } = options;
  const parts = [];
  let rest = Math.abs(ms);
  const first = UNITS.findIndex(unit => rest >= unit.ms);
  if (first === -1) return long ? '0 milliseconds' : '0ms';
  const shown = UNITS.slice(first, first + max);
  for (const unit of shown) {
    const last = unit === shown.at(-1);
    const count = last ? Math.round(rest / unit.ms) : Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(long ? `${count} ${plur(unit.name, count)}` : `${count}${unit.short}`);
  }
  return (ms < 0 ? '-' : '') + parts.join(' ');
}
