/** Structured log lines: the fields, then the message. pino has this shape. */
export type Logger = Record<
  'debug' | 'info' | 'warn' | 'error',
  (fields: object, message: string) => void
>;
