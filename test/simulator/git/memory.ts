/** Commits and trees never change: what was once asked of git need not be asked again. */
export function remember<T>(
  memory: Map<string, Promise<T>>,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  let result = memory.get(key);
  if (!result) {
    result = work();
    memory.set(key, result);
    result.catch(() => memory.delete(key));
  }
  return result;
}
