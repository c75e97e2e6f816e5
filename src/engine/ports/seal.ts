/** Seals a text, so that whoever reads where it is kept can't use it. */
export type Seal = {
  /** `about`: what it is. It opens as nothing else. */
  seal(text: string, about: string): Buffer;
  /** `null` where it was sealed with another key, about something else, or was changed. */
  open(sealed: Buffer, about: string): string | null;
};
