/** Where content goes before it is removed at the end of its time. */
export type Archive = {
  /** Durable when it resolves; the same content again replaces itself. `path` has "/" between its names. */
  keep(path: string, content: Buffer): Promise<void>;
};
