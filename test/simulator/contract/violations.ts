import type { GitHub } from '../github.ts';

/** A departure from GitHub's published description, by either side. */
export interface Violation {
  readonly where: 'request' | 'response' | 'webhook' | 'graphql' | 'unimplemented';
  readonly operation: string;
  readonly message: string;
  readonly detail?: unknown;
}

export function report(
  github: GitHub,
  where: Violation['where'],
  operation: string,
  messages: readonly string[],
  detail?: unknown,
): void {
  for (const message of messages) {
    github.violations.push({ where, operation, message, detail });
    github.log(`violation: ${where} ${operation}: ${message}`);
  }
}

export function assertNone(violations: readonly Violation[]): void {
  if (!violations.length) return;
  const lines = violations.map(v => `  ${v.where} ${v.operation}: ${v.message}`);
  throw new Error(`${violations.length} departures from GitHub's contract:\n${lines.join('\n')}`);
}
