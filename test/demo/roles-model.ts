/**
 * The model behind real agents in the demo: it plays the scripts of the simulated agents, each as the
 * turns of one conversation. Whose turn it is stands in the request: each role has a prompt of its own.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../src/core/profile.ts';
import { SANDBOX_HOME } from '../../src/engine/ports/sandbox.ts';
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

/** How the key of the demo begins: of no shape that is taken out of texts, so that it is found where it got in. */
export const KEY_PREFIX = 'key-of-the-demo-';

/** Where a key would be, if it were inside: what the tools print is kept in the journal. */
const LOOKS: Turn[] = [
  { shell: 'cat /proc/self/environ /proc/1/environ /proc/1/cmdline' },
  { shell: `grep -rahos '${KEY_PREFIX}[0-9a-f-]*' ${SANDBOX_HOME} /tmp` },
];

export async function startRolesModel(of: {
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
    // A role that may only read is refused what is outside of its folder, and some agents stop there.
    const { tools = [] } = of.profiles.find(({ name }) => name === role) ?? {};
    const looks = tools.includes('edit') ? LOOKS : [];
    plays.set(role, [...looks, ...(await turnsOf(steps, files, open))]);
  }
  return startScriptedModel({
    turns({ text }) {
      const role = of.profiles.find(({ prompt }) => text.includes(inJson(prompt)))?.name ?? '';
      return plays.get(role) ?? [{ say: `I have no script for the role "${role}".` }];
    },
  });
}

/** What is said goes with the call after it; an answer is the end. */
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
    else if ('answer' in step) return [...turns, { say: said, answer: step.answer }];
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

/** As it stands inside of a JSON text. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const quoted = (word: string): string =>
  /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
