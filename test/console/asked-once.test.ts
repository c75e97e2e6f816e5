/** What does not change is asked for once, though the page loads everything anew every minute; what failed is asked again. */
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { ASKED_ONCE } from '../../src/console/api/asked-once.ts';

it('is reloaded until there is an answer, and not after it', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const asked = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new Error('busy'))
    .mockResolvedValue('verified');
  const query = { ...ASKED_ONCE, queryKey: ['verdict'], queryFn: asked };
  const leave = new QueryObserver(client, query).subscribe(() => {});
  await vi.waitFor(() => expect(client.getQueryState(['verdict'])?.status).toBe('error'));
  await client.invalidateQueries();
  expect(client.getQueryData(['verdict'])).toBe('verified');
  await client.invalidateQueries();
  expect(asked).toHaveBeenCalledTimes(2);
  leave();
  client.clear();
});
