import { type Call, ok, type Reply } from './call.ts';

/** One page of a list, with the Link header by which clients find the others. */
export function paginate<T>(
  call: Call,
  items: readonly T[],
  body: (page: readonly T[]) => unknown = page => page,
): Reply {
  const size = Math.min(Math.max(Number(call.query.per_page ?? 30), 1), 100);
  const last = Math.max(1, Math.ceil(items.length / size));
  const current = Math.max(1, Number(call.query.page ?? 1));
  const links: string[] = [];
  const link = (rel: string, page: number) => {
    const search = new URLSearchParams(call.search);
    search.set('page', String(page));
    links.push(`<${call.address}?${search}>; rel="${rel}"`);
  };
  if (current > 1) {
    link('prev', current - 1);
    link('first', 1);
  }
  if (current < last) {
    link('next', current + 1);
    link('last', last);
  }
  const page = items.slice((current - 1) * size, current * size);
  return ok(body(page), links.length ? { link: links.join(', ') } : undefined);
}
