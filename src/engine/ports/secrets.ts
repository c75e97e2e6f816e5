/**
 * Where a secret of ours is kept: one of the environment, a file, or an external store. Its value is
 * read when it is used and not before; who takes it holds it for that use alone.
 */
export type SecretPlace = {
  /** For people: "the file /run/secrets/openai". */
  where: string;
  /** Throws `SecretUnavailable`, never with a word of what it read. */
  read(): Promise<string>;
};

export class SecretUnavailable extends Error {
  /** What to do about it, for people. */
  readonly remediation: string;
  constructor(problem: string, remediation: string) {
    super(problem);
    this.remediation = remediation;
  }
}

/** A shorter one occurs in innocent text as well, so nothing could keep it out of a log. */
export const SHORTEST_SECRET = 8;
export const LONGEST_SECRET = 8192;
