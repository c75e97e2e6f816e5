/**
 * Structured logs: JSON lines, whose escaping keeps forged lines one line. They go to standard error;
 * standard output belongs to what a command prints.
 */
import { pino } from 'pino';
import { redact } from '../core/redact.ts';
import type { Logger } from '../engine/ports/logger.ts';

/** Secrets are taken out of whatever is logged, wherever it came from; `ours` also by their value. */
export const createLogger = (level: string, ours: readonly string[]): Logger =>
  pino({ level, base: null }, { write: line => void process.stderr.write(redact(line, ours)) });
