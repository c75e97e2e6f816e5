/**
 * The model behind the real Codex in the demo: it plays the scripts of the simulated agents, each as
 * the turns of one conversation. Whose turn it is stands in the prompt: each role has its own.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../src/core/profile.ts';
import type { Action, Turn } from '../model/answer.ts';
import { type ScriptedModel, startScriptedModel } from '../model/server.ts';

type Step =
  | { say: string }
  | { run: string[] }
  | { replace: string; find: string; with: string }
  | { write: string; text: string }
  | { answer: unknown };

/** Those that the walk needs, in order: each finds what those before it left. */
export const ROLES = ['author', 'linter', 'reviewer', 'remediator-comment', 'remediator-ci'];

/** Where a key would be, if it were inside: what it prints is kept in the journal. */
const LOOK = 'env; cat /proc/*/environ /proc/*/cmdline ~/.codex/*.toml | tr "\\0" "\\n"';

export async function startCodexModel(of: {
  /** The repository as it is at first: patches are made from its text. */
  library: string;
  scripts: string;
  profiles: Profile[];
}): Promise<ScriptedModel> {
  const files = new Map<string, string>();
  const open = async (path: string) => {
    const text = files.get(path) ?? (await readFile(join(of.library, path), 'utf8'));
    files.set(path, text);
    return text;
  };
  const plays = new Map<string, Turn[]>();
  for (const role of ROLES) {
    const script = JSON.parse(await readFile(join(of.scripts, `${role}.json`), 'utf8'));
    // The first scene is the issue of the walk.
    const { steps } = script.scenes?.[0] ?? script;
    plays.set(role, [{ shell: LOOK }, ...(await turnsOf(steps, files, open))]);
  }
  return startScriptedModel({
    turns({ prompts }) {
      const asked = prompts.at(-1) ?? '';
      const role = of.profiles.find(profile => asked.startsWith(profile.prompt))?.name ?? '';
      return plays.get(role) ?? [{ say: `I have no script for the role "${role}".` }];
    },
  });
}

/** What is said goes with the call after it; at the end it is the answer. */
async function turnsOf(
  steps: Step[],
  files: Map<string, string>,
  open: (path: string) => Promise<string>,
): Promise<Turn[]> {
  const turns: Turn[] = [];
  let said: string[] = [];
  const call = (turn: Action) => {
    turns.push({ ...turn, say: said });
    said = [];
  };
  for (const step of steps) {
    if ('say' in step) said.push(step.say);
    else if ('answer' in step) said.push(JSON.stringify(step.answer));
    else if ('run' in step) call({ shell: step.run.map(quoted).join(' ') });
    else if ('write' in step) {
      const before = await open(step.write).catch(() => null);
      const { write: path, text } = step;
      call(before === null ? { write: { path, text } } : { edit: { path, before, after: text } });
      files.set(path, text);
    } else {
      const before = await open(step.replace);
      const parts = before.split(step.find);
      if (parts.length !== 2)
        throw new Error(
          `${step.replace} has the text to replace ${parts.length - 1} times, not once: ${step.find}`,
        );
      const after = parts.join(step.with);
      call({ edit: { path: step.replace, before, after } });
      files.set(step.replace, after);
    }
  }
  return [...turns, { say: said }];
}

const quoted = (word: string): string =>
  /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
