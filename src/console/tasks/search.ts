/** The filters of the board, as they stand in its address. */
export type TaskSearch = {
  repository?: string;
  command?: string;
  requester?: string;
  status?: string;
  text?: string;
  /** Only those that have not moved for longer than such work takes. */
  stuck?: true;
  /** Only the column of those. */
  turn?: BoardColumn;
};

export const COLUMNS = ['person', 'gatehouse', 'github', 'nobody'] as const;
export type BoardColumn = (typeof COLUMNS)[number];

export const FILTERS = ['text', 'repository', 'command', 'requester', 'status'] as const;

export const STATUSES = [
  'proposed',
  'active',
  'success',
  'failure',
  'canceled',
  'refused',
] as const;

/** An address may have been typed: what is no filter is left out. */
export function readTaskSearch(given: Record<string, unknown>): TaskSearch {
  const search: TaskSearch = {};
  for (const name of FILTERS) {
    const value = given[name];
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text !== '') search[name] = text.slice(0, 200);
  }
  if (given.stuck === true) search.stuck = true;
  const turn = COLUMNS.find(each => each === given.turn);
  if (turn) search.turn = turn;
  return search;
}

/** As the API takes them: `#12` is the number of an issue or a pull request, every other text is of a title. */
export function filterOf({ status, stuck, text, turn: _, ...same }: TaskSearch) {
  const [, number] = /^#(\d{1,9})$/.exec(text?.trim() ?? '') ?? [];
  return {
    ...same,
    ...(number === undefined ? { text } : { number: Number(number) }),
    status: STATUSES.find(each => each === status),
    ...(stuck && { stuck: 'true' as const }),
  };
}
