/** Reads the JSON that other systems and browsers send, bounded in size and depth. */
import { jsonObjectFault } from '../../adapters/github/receive/json-fault.ts';
import { createReadBody } from '../../adapters/github/receive/read-body.ts';
import { unreadable } from '../../control/faults.ts';
import type { ReadJson } from '../../control/parse-request.ts';
import { PROBLEM_TYPE, problemText } from '../../control/problem.ts';

/** Bytes of one call, whose texts are at most 65,536 characters each; and of all at once. */
const MAX_BYTES = 1024 * 1024;
const ALL_BYTES = 16 * MAX_BYTES;

const PROBLEM = {
  contentType: PROBLEM_TYPE,
  text: ({ status, problem }: { status: number; problem: string }) =>
    problemText(unreadable(status, problem)).trimEnd(),
};

export function createReadJson(): ReadJson {
  const readBody = createReadBody(MAX_BYTES, ALL_BYTES, PROBLEM);
  return async (request, response) => {
    const body = await readBody(request, response);
    if (!Buffer.isBuffer(body)) return { ok: false, ...body };
    const fault = jsonObjectFault(body);
    if (fault !== null)
      return { ok: false, status: 400, problem: `The body can't be used: ${fault}.` };
    return { ok: true, value: JSON.parse(body.toString('utf8')) };
  };
}
