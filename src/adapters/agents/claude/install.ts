/** Claude Code as npm has it: a native program for each kind of machine. */
import { join } from 'node:path';
import { type CliAgent, MACHINE } from '../install.ts';
import { CLAUDE_VERSION, createClaude } from './claude.ts';
import { createClaudeOneShot } from './one-shot.ts';

/** The folder that holds the program, below the installed package. */
const FOLDERS: Record<string, string> = {
  'linux-x64': 'node_modules/@anthropic-ai/claude-code-linux-x64',
  'linux-arm64': 'node_modules/@anthropic-ai/claude-code-linux-arm64',
};
const folder = FOLDERS[MACHINE] ?? null;

export const claude: CliAgent = {
  cli: {
    name: '@anthropic-ai/claude-code',
    version: CLAUDE_VERSION,
    oldest: CLAUDE_VERSION,
    folder: 'claude',
    program: folder && `${folder}/claude`,
    megabytes: 360,
  },
  create: installed => createClaude({ installation: join(installed, folder ?? '') }),
  oneShot: createClaudeOneShot,
};
