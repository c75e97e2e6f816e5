/**
 * The reviews of a pull request, from the last page to the first. GitHub lists them oldest first and in no other
 * order; how many pages there are, it says with the first one.
 */
import type { Client } from './client/client.ts';

const IN_PAGE = 100;

type At = { owner: string; repo: string; pull_number: number };
type ListedReview = Awaited<ReturnType<Client['rest']['pulls']['listReviews']>>['data'][number];

/** `before`: how many there are at most on the pages before. */
export type ReviewPage = { reviews: ListedReview[]; before: number };

/** Each page is asked for when it is wanted; at most `most` pages. */
export async function* newestReviews(
  rest: Pick<Client['rest'], 'pulls'>,
  at: At,
  most: number,
): AsyncIterable<ReviewPage> {
  const pageOf = (page: number) => rest.pulls.listReviews({ ...at, per_page: IN_PAGE, page });
  const first = await pageOf(1);
  const last = lastPage(first.headers.link);
  for (let page = last; page > Math.max(0, last - most); page -= 1) {
    const { data: reviews } = page === 1 ? first : await pageOf(page);
    yield { reviews, before: (page - 1) * IN_PAGE };
  }
}

/** From a header such as `<…&page=2>; rel="next", <…&page=9>; rel="last"`. */
function lastPage(link: string | undefined): number {
  const last = link?.split(',').find(part => part.endsWith('; rel="last"'));
  return Number(/[?&]page=(\d+)/.exec(last ?? '')?.[1] ?? 1);
}
