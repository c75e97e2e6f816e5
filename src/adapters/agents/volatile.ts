/** What tools and CLIs print anew each time: dates, times of day, durations and random ids. */
export const VOLATILE_TEXTS: readonly RegExp[] = [
  // 2026-11-28T15:03:11.123Z, 2026-11-28 15:03
  /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
  // Sat Nov 28 15:03:11 UTC 2026; Saturday, November 28, 2026
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [A-Z][a-z]{2,8} \d{1,2}(?:,? \d{4})?(?: \d\d:\d\d:\d\d(?: [A-Z]{2,5})?(?: \d{4})?)?/g,
  // 15:03:11
  /\b\d\d:\d\d:\d\d(?:\.\d{1,9})?/g,
  // 12.5 ms, 3s, 0.1 seconds
  /\b\d{1,12}(?:\.\d{1,12})? ?(?:ms|µs|ns|s|secs?|seconds?|mins?|minutes?)\b/g,
  // duration_ms 43.1, "elapsed": 12
  /\b[a-z_]{0,20}(?:duration|elapsed|time)[a-z_]{0,10}["':= ]{1,4}\d{1,15}(?:\.\d{1,12})?/gi,
  // 019aca3e-7b1d-7c4e-9f3a-2d1e5c6b7a89
  /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi,
  // /tmp/vitest-x7Kq2P
  /\/tmp\/[\w.]{0,60}-[A-Za-z0-9]{6,10}\b/g,
];
