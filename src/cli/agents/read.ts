/** `gatehouse agents read`: what the CLI of an agent printed elsewhere, as the events of a journal. */
import { givenText } from '../given-text.ts';
import { type Output, print, safeJson } from '../output.ts';
import type { Services } from '../services.ts';

/** Bytes: a job of CI keeps less. */
const LARGEST = 64 * 1024 * 1024;

export type ReadOptions = { json: boolean; stderr?: string; exitCode: string };

export async function readPrinted(
  services: Services,
  output: Output,
  of: { agent: string; file: string; options: ReadOptions },
): Promise<void> {
  const { agent, file, options } = of;
  const ended = /^\d{1,3}$/.test(options.exitCode) ? Number(options.exitCode) : null;
  if (ended === null && !/^SIG[A-Z]{2,8}$/.test(options.exitCode))
    throw new Error(
      `--exit-code ${options.exitCode} is neither a number nor a signal such as SIGTERM`,
    );
  const events = await services.readOneShot(agent, {
    stdout: await printed(file),
    stderr: options.stderr === undefined ? '' : await printed(options.stderr),
    exitCode: ended,
    signal: ended === null ? options.exitCode : null,
  });
  print(
    output,
    options.json,
    { events },
    events.map(event => safeJson(JSON.stringify(event))),
  );
}

const printed = (place: string): Promise<string> =>
  givenText(place, LARGEST, 'what the CLI printed');
