/** What this room logs to: the fields, then the message; pino's shape. */
export type Log = Record<
  'debug' | 'info' | 'warn' | 'error',
  (fields: object, message: string) => void
>;
