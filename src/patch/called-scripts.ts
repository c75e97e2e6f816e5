/** Commands that a file names, of which one may call others: the scripts of a manifest, the targets of a Makefile. */

/** Name → text, and what its text calls. */
export type CallingCommands = {
  texts: ReadonlyMap<string, string>;
  calls(name: string): Iterable<string>;
};

/** Names of commands that check the work; weakening one weakens every gate that runs it. */
export const CHECKS =
  /^(?:pre|post)?(?:tests?|lint|check|typecheck|type-check|coverage|verify|ci)(?:[:_-]|$)/;

/** All that run when these are called. */
export function calledBy(commands: CallingCommands, starts: readonly string[]): Set<string> {
  const called = new Set<string>();
  const waiting = [...starts];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (called.has(name)) continue;
    called.add(name);
    for (const next of commands.calls(name)) if (!called.has(next)) waiting.push(next);
  }
  return called;
}

/**
 * The commands that differ and run, before or after the change, when one is called that was there before.
 * A new one that nothing calls can't weaken another.
 */
export function changedCommands(
  before: CallingCommands,
  after: CallingCommands,
  isStart: (name: string) => boolean,
): string[] {
  const starts = [...before.texts.keys()].filter(isStart);
  const called = new Set([...calledBy(before, starts), ...calledBy(after, starts)]);
  return [...called].filter(name => before.texts.get(name) !== after.texts.get(name));
}
