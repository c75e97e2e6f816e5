/** A secret in a file, as container platforms mount them. It is read each time, because it may be rotated. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type SecretPlace, SecretUnavailable } from '../../engine/ports/secrets.ts';
import { MOST_BYTES, secretIn } from './value.ts';

export function createFileSecret(path: string): SecretPlace {
  const where = `the file ${path}`;
  return { where, read: async () => secretIn(await textOf(path, where), where) };
}

async function textOf(path: string, where: string): Promise<string> {
  try {
    // Opening a pipe without a writer would block for ever.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile())
      throw new SecretUnavailable(`${where} is no file`, 'Name the file that holds the secret.');
    // One byte over the limit is enough to see that the file is too long.
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch (error) {
    if (error instanceof SecretUnavailable) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new SecretUnavailable(`${where} is not there`, 'Put the secret there.');
    if (code === 'EACCES')
      throw new SecretUnavailable(`${where} may not be read`, 'Let the user of Gatehouse read it.');
    throw new SecretUnavailable(`${where} can't be read: ${code}`, 'Name another file.');
  }
}
