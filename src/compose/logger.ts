/** Structured logs on standard output: JSON lines, whose escaping keeps forged lines one line. */
import { type Logger, pino } from 'pino';
import { redact } from '../core/redact.ts';

/** Secrets are taken out of whatever is logged, wherever it came from. */
export const createLogger = (level: string): Logger =>
  pino({ level, base: null }, { write: line => void process.stdout.write(redact(line)) });
