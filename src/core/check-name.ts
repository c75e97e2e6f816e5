/** The names of checks, as GitHub compares them: the letters' case does not count. */
export const isSameCheck = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
