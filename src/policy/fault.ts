/** A fault of a policy or schema text, with its place. */
import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';

/** `line` and `column` count from 1; both are 1 where Cedar names no place. */
export type PolicyFault = { file: string; line: number; column: number; message: string };

export const faultLine = (fault: PolicyFault): string =>
  `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`;

/** Line and column of an index into the text. */
export function placeAt(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}

/** Cedar counts in bytes of UTF-8. */
const indexOfByte = (text: string, byte: number): number =>
  new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, byte)).length;

/** Cedar's error in our form: without the numbers it gives to policies, with its advice. */
export function cedarFault(file: string, text: string, error: DetailedError): PolicyFault {
  const message = error.message
    .replace(/^for policy `policy\d+`[,:] /, '')
    .replace(/^failed to parse (schema|policies|policy) from string: /, '')
    .replace(/^error parsing schema: /, '');
  const label = error.sourceLocations?.[0]?.label;
  const advice = error.help ?? label;
  return {
    file,
    ...placeAt(text, indexOfByte(text, error.sourceLocations?.[0]?.start ?? 0)),
    message: advice ? `${message} (${advice})` : message,
  };
}
