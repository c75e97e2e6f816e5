/** For what does not change: an answer is not asked for again, whatever else is reloaded; what failed is. */
export const ASKED_ONCE = {
  staleTime: ({ state }: { state: { data: unknown } }) => (state.data === undefined ? 0 : 'static'),
} as const;
