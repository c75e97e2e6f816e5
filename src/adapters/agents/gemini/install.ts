/** Gemini as npm has it: one program for every machine with a Node. */
import { join } from 'node:path';
import type { CliAgent } from '../install.ts';
import { createGemini, GEMINI_VERSION } from './gemini.ts';
import { createGeminiOneShot } from './one-shot.ts';

const FOLDER = 'node_modules/@google/gemini-cli';

export const gemini: CliAgent = {
  cli: {
    name: '@google/gemini-cli',
    version: GEMINI_VERSION,
    oldest: GEMINI_VERSION,
    folder: 'gemini',
    program: `${FOLDER}/bundle/gemini.js`,
    megabytes: 100,
  },
  create: installed => createGemini({ installation: join(installed, FOLDER) }),
  oneShot: createGeminiOneShot,
};
