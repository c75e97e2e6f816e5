/** Minutes in words: 90 are `1h 30m`. */
export function format(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  return [hours && `${hours}h`, rest && `${rest}m`].filter(Boolean).join(' ') || '0m';
}

/** The minutes that such words stand for. */
export function parse(text) {
  const [, hours = 0, minutes = 0] = /^(?:(\d+)h)? ?(?:(\d+)m)?$/.exec(text) ?? [];
  return Number(hours) * 60 + Number(minutes);
}
