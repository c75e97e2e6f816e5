/** Which blocks of the code ran, counted by V8 itself. */
import { Session } from 'node:inspector/promises';

/** Whether something ran since the last call that never ran before, or an order of magnitude more often. */
export async function createCoverage(): Promise<{ grew(): Promise<boolean>; size(): number }> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  return {
    size: () => seen.size,
    async grew() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const before = seen.size;
      for (const { url, functions } of result)
        if (url.startsWith('file:'))
          for (const { ranges } of functions)
            for (const { startOffset, endOffset, count } of ranges)
              if (count > 0)
                seen.add(`${url}:${startOffset}-${endOffset}:${Math.trunc(Math.log10(count))}`);
      return seen.size > before;
    },
  };
}
