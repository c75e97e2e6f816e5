import { refusal } from '../rest/errors.ts';

export interface Slice {
  readonly first?: number;
  readonly last?: number;
  readonly after?: string;
}

/** A connection over a list; the cursor is the place in it. */
export function connection<T>(items: readonly T[], { first, last, after }: Slice) {
  if (first === undefined && last === undefined) {
    throw refusal(
      422,
      'You must provide a `first` or `last` value to properly paginate the connection.',
    );
  }
  const start = after === undefined || after === null ? 0 : Number(after) + 1;
  const rest = items.slice(start);
  const nodes = last === undefined || last === null ? rest.slice(0, first) : rest.slice(-last);
  const from = last === undefined || last === null ? start : items.length - nodes.length;
  return {
    nodes,
    totalCount: items.length,
    pageInfo: {
      hasNextPage: from + nodes.length < items.length,
      hasPreviousPage: from > 0,
      startCursor: nodes.length ? String(from) : null,
      endCursor: nodes.length ? String(from + nodes.length - 1) : null,
    },
  };
}
