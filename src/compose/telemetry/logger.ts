/**
 * Structured logs: JSON lines, whose escaping keeps forged lines one line, or the same for a person at
 * a terminal. They go to standard error; standard output belongs to what a command prints.
 */
import { pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { StoreConfig } from '../../config.ts';
import { redact } from '../../core/redaction/redact.ts';
import { visible } from '../../core/text/plain-text.ts';
import { logContext } from '../../engine/log-context.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import { traceIdOf } from '../../engine/trace-id.ts';

/** Redacts secrets in every line: by their shape, and the secrets in `ours` by their value. */
export function createLogger(
  level: string,
  ours: readonly string[],
  format: StoreConfig['logFormat'] = 'json',
): Logger {
  const show = format === 'pretty' ? prettily() : (line: string) => line;
  return pino(
    {
      level,
      base: null,
      mixin: logContext,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: name => ({ level: name }), log: withTrace },
    },
    { write: line => void process.stderr.write(show(redact(line, ours))) },
  );
}

/** Adds the trace's id to a line about a task. */
const withTrace = (fields: Record<string, unknown>) =>
  typeof fields.task === 'string' ? { ...fields, trace: traceIdOf(fields.task) } : fields;

/** Formats for people: text from outside can neither control the terminal nor begin a line. */
function prettily(): (line: string) => string {
  const pretty = prettyFactory({
    colorize: process.stderr.isTTY && !process.env.NO_COLOR,
    singleLine: true,
    translateTime: false,
  });
  return line => pretty(JSON.parse(line, shown));
}

/** A stack keeps its lines, which are indented. */
const shown = (key: string, value: unknown): unknown =>
  typeof value !== 'string'
    ? value
    : key === 'stack'
      ? value.split('\n').map(visible).join('\n')
      : visible(value);
