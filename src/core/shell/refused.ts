/** Why a shell line is refused before policy is asked: what it runs can't be known before it runs. */
export class RefusedLine extends Error {}

export const refuse = (why: string): never => {
  throw new RefusedLine(why);
};
