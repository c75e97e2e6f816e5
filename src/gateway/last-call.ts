/** How a run's calls of its model end: what comes of the one that began last decides what a run can be. */
import type { CallEnd } from '../engine/ports/gateway.ts';
import { errorIn, type Meter } from './meter.ts';

type Failed = Exclude<CallEnd, 'answered'>;

type CallEnds = {
  /** Returns what takes down how the call ended; of one that never ends, nothing is known. */
  begin(): (end: CallEnd) => void;
  /** Of the calls that have ended, how the one ended that began last; `null`: none has. */
  last(): CallEnd | null;
};

export function createCallEnds(): CallEnds {
  let begun = 0;
  let last: { place: number; end: CallEnd } | null = null;
  return {
    begin() {
      const place = begun;
      begun += 1;
      return end => {
        if (last === null || last.place <= place) last = { place, end };
      };
    },
    last: () => last?.end ?? null,
  };
}

/** `code`: what the gateway, or the provider, calls the failure; `null`: it has no name. */
export function failedWith(status: number, code: string | null, message: string): Failed {
  return { class: classOf(status, code), message };
}

function classOf(status: number, code: string | null): Failed['class'] {
  const named = code ?? '';
  if (/insufficient_quota/.test(named) || status === 402) return 'quota';
  if (/\bforbidden_(feature|model)/.test(named)) return 'policy';
  if (/no_credential/.test(named) || status === 401 || status === 403) return 'auth';
  if (/upstream_unreachable/.test(named)) return 'transport';
  if (/context_length/.test(named)) return 'context_overflow';
  if (status === 404) return 'model_not_found';
  if (status === 429) return 'rate_limit';
  return status >= 500 ? 'server' : 'protocol';
}

/** How a call ended whose answer began well. `isCut`: the provider did not send it to its end. */
export function endOfAnswer(meter: Meter, isCut: boolean): CallEnd {
  const named = meter.error();
  if (named !== null) return failedInStream(named);
  // What comes after the final figures is nothing that anybody waits for.
  if (!isCut || meter.isComplete()) return 'answered';
  return { class: 'transport', message: 'the answer of the provider was cut off' };
}

/** The code in the body of an error; `null`: it has none. @foreign */
export function codeIn(body: string): string | null {
  try {
    return errorIn(JSON.parse(body));
  } catch {
    return null;
  }
}

/** An error that a provider tells in the middle of an answer. `named`: its type or code. @foreign */
function failedInStream(named: string): Failed {
  const message = 'the provider broke its answer off with an error';
  if (/insufficient_quota/i.test(named)) return { class: 'quota', message };
  if (/rate_?limit|resource_?exhausted/i.test(named)) return { class: 'rate_limit', message };
  if (/context_length/i.test(named)) return { class: 'context_overflow', message };
  return { class: 'server', message };
}
