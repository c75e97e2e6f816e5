/** A field by its name, such as `repositories 1 name`. */
type FieldFault = { field: string; says: string };

/** What the API says is wrong, and what to do next. */
export class ApiProblem extends Error {
  /** HTTP's status; 0: no answer came. */
  readonly status: number;
  readonly code: string;
  /** What to do, in a sentence; empty where the API says nothing. */
  readonly next: string;
  /** Of an answer that is not taken: the request that waits now. */
  readonly fresh: string | null;
  /** Of what was sent, the fields that are wrong, and how. */
  readonly faults: readonly FieldFault[];

  constructor(said: {
    status: number;
    code: string;
    message: string;
    next: string;
    fresh?: string | null;
    faults?: readonly FieldFault[];
  }) {
    super(said.message);
    this.status = said.status;
    this.code = said.code;
    this.next = said.next;
    this.fresh = said.fresh ?? null;
    this.faults = said.faults ?? [];
  }
}

/** `undefined` is an error without a body, such as one of a proxy. */
export function problemOf(body: unknown, { status }: { status: number }): ApiProblem {
  const said = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = (name: string) => {
    const value = Object.entries(said).find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? value : '';
  };
  return new ApiProblem({
    status,
    code: text('code') || `http_${status}`,
    message: text('message') || text('detail') || `The server answered with status ${status}.`,
    next: text('next'),
    fresh: freshIn(said),
    faults: faultsIn(said),
  });
}

function freshIn(said: object): string | null {
  const fresh = 'fresh' in said ? said.fresh : null;
  if (typeof fresh !== 'object' || fresh === null || !('approval' in fresh)) return null;
  return typeof fresh.approval === 'string' ? fresh.approval : null;
}

/** Pointers into the body are told as names; what is at no field is left out. */
function faultsIn(said: object): FieldFault[] {
  const errors: unknown[] = 'errors' in said && Array.isArray(said.errors) ? said.errors : [];
  return errors.flatMap(error => {
    if (typeof error !== 'object' || error === null) return [];
    if (!('pointer' in error && 'detail' in error)) return [];
    const field = String(error.pointer).split('/').filter(Boolean).join(' ');
    return field === '' ? [] : [{ field, says: String(error.detail) }];
  });
}

/** Whatever else stopped a question is told as one that was not answered. */
export const problemIn = (error: Error): ApiProblem =>
  error instanceof ApiProblem ? error : unreachable('GET');

/** The fetch itself failed: the server is away, or the network is. What was only read is asked for again. */
export const unreachable = (method: string): ApiProblem =>
  new ApiProblem({
    status: 0,
    code: 'unreachable',
    message: 'Gatehouse does not answer.',
    next:
      method === 'GET'
        ? 'It is asked again by itself. Look whether the server runs and this machine has a network.'
        : 'It is not known whether it was done. Look how it stands, then try again.',
  });
