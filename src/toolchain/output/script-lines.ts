/** The lines of the scripts that npm, pnpm, yarn, bun and Composer ran: each of these prints them first. */

/** `> calc@1.0.0 test`, and below it `> vitest run`; Composer has the second line alone. */
const QUOTED = /^> {1,4}(\S.{0,999})$/;
const TITLE = /^(?:(?:@[\w.-]{1,100}\/)?[\w.-]{1,214}@\S{1,100} )?[\w:.-]{1,100}(?: \/\S{0,400})?$/;
/** yarn and bun have `$ vitest run`, pnpm names the package before it, Deno the task. */
const PROMPTED = /^(?:\S{1,300} [\w:.-]{1,100})?\$ {1,4}(\S.{0,999})$/;
const TASK = /^Task [\w:.-]{1,100} (\S.{0,999})$/;

/** More scripts than a repository has: then nothing is said of any. */
const MOST_SCRIPTS = 200;

/** @foreign */
export function linesOfScripts(lines: readonly string[]): string[] {
  const found: string[] = [];
  let title: string | null = null;
  const close = () => {
    if (title !== null) found.push(title);
    title = null;
  };
  for (const line of lines) {
    const [, quoted] = (line.startsWith('> ') && QUOTED.exec(line)) || [];
    if (quoted === undefined) {
      // What nothing stands below of was itself what ran.
      if (line !== '') close();
      const [, prompted] = (line.includes('$ ') && PROMPTED.exec(line)) || TASK.exec(line) || [];
      if (prompted !== undefined) found.push(prompted);
    } else if (title === null && TITLE.test(quoted)) title = quoted;
    else {
      title = null;
      found.push(quoted);
    }
    if (found.length > MOST_SCRIPTS) return ['…'];
  }
  close();
  return found;
}
