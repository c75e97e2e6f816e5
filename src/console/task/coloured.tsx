/** Text with the colours that a program gave it, in the colours of the console: they keep their contrast in each theme. */
import Anser from 'anser';
import css from './coloured.module.css';

/** The colours of a terminal by their numbers; of the bright ones, eight less. */
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
type ColourName = (typeof NAMES)[number];

export function Coloured({ text }: { text: string }) {
  return Anser.ansiToJson(text, { json: true, use_classes: true, remove_empty: true }).map(
    ({ content, fg, fg_truecolor, decorations }, at) => {
      const classes = [colourOf(fg, fg_truecolor), ...decorations].map(name => css[name ?? '']);
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text stay where they are.
        <span key={at} className={classes.filter(Boolean).join(' ') || undefined}>
          {content}
        </span>
      );
    },
  );
}

/** `fg` is such as `ansi-red`, `ansi-bright-red`, `ansi-palette-160` or `ansi-truecolor`. */
function colourOf(fg: string | null, trueColour: string | null): ColourName | null {
  if (!fg) return null;
  if (fg === 'ansi-truecolor') return nearest((trueColour ?? '').split(',').map(Number));
  const number = Number(/^ansi-palette-(\d+)$/.exec(fg)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return NAMES.find(name => fg.endsWith(`-${name}`)) ?? null;
  if (number < 16) return NAMES[number % 8] ?? null;
  if (number >= 232) return number < 244 ? 'black' : 'white';
  // A cube of six steps for each of red, green and blue.
  const steps = [Math.floor((number - 16) / 36), Math.floor((number - 16) / 6) % 6, number % 6];
  return nearest(steps.map(step => step * 51));
}

/** Each of red, green and blue is there or is not, beside the strongest of them. */
function nearest([red = 0, green = 0, blue = 0]: readonly number[]): ColourName | null {
  const most = Math.max(red, green, blue);
  const has = (part: number) => (part > most * 0.6 ? 1 : 0);
  const number = most < 50 ? 0 : has(red) + 2 * has(green) + 4 * has(blue);
  return NAMES[number] ?? null;
}
