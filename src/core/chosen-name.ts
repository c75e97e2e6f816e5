/** A name that people choose in their files, such as that of a command, a role or a graph. */
import { z } from 'zod';

/** `most`: characters. `also`: beside small letters and digits. */
export const chosenName = (most: number, also: '-' | '-_') =>
  z
    .string()
    .regex(
      new RegExp(`^[a-z][a-z0-9${also === '-' ? '-' : '_-'}]{0,${most - 1}}$`),
      `must be a small letter, and then small letters, digits${also === '-' ? ' or "-"' : ', "-" or "_"'}: at most ${most} characters`,
    );
