/**
 * The model behind real agents: it plays the scripts of the simulated agents, each scene as the turns of
 * one conversation. Whose turn it is and which scene stands in the request: each role has a prompt of its
 * own, and a scene names a text of the task.
 */
import { readdir, readFile } from 'node:fs/promises';
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

type Scene = { when?: string; steps: Step[] };

/** The text of a file of the repository as it is at first; null: there is none. */
export type ReadFirst = (path: string) => Promise<string | null>;

/** What an earlier scene left of the files that it changed. */
type Left = ReadonlyMap<string, string>;

/** Those that the main job needs, in order: each finds what those before it left. */
export const ROLES = ['author', 'linter', 'reviewer', 'remediator-comment', 'remediator-ci'];

/** How the key of the demo begins: of no shape that is taken out of texts, so that it is found where it got in. */
export const KEY_PREFIX = 'key-of-the-demo-';

/** Where a key would be, if it were inside: what the tools print is kept in the journal. */
const LOOKS: Turn[] = [
  { shell: 'cat /proc/self/environ /proc/1/environ /proc/1/cmdline' },
  { shell: `grep -rahos '${KEY_PREFIX}[0-9a-f-]*' ${SANDBOX_HOME} /tmp` },
];

export async function startRolesModel(of: {
  /** Patches are made from its texts. */
  repository: ReadFirst;
  /** A folder with a script for each role that has to work. */
  scripts: string;
  profiles: Profile[];
}): Promise<ScriptedModel> {
  const names = (await readdir(of.scripts)).map(file => file.replace(/\.json$/, ''));
  const before = ROLES.filter(role => names.includes(role));
  let left: Left = new Map();
  const plays = new Map<string, { when: string; turns: Turn[] }[]>();
  for (const role of [...before, ...names.filter(name => !before.includes(name))]) {
    const script = JSON.parse(await readFile(join(of.scripts, `${role}.json`), 'utf8'));
    // A role that may only read is refused what is outside of its folder, and some agents stop there.
    const { tools = [] } = of.profiles.find(({ name }) => name === role) ?? {};
    const looks = tools.includes('edit') ? LOOKS : [];
    const scenes: Scene[] = script.scenes ?? [script];
    const played = await playsOf(scenes, left, of.repository);
    plays.set(
      role,
      played.map(({ turns }, n) => ({ when: scenes[n]?.when ?? '', turns: [...looks, ...turns] })),
    );
    left = played[0]?.left ?? left;
  }
  return startScriptedModel({
    turns({ text, prompts }) {
      const role = of.profiles.find(({ prompt }) => text.includes(inJson(prompt)))?.name ?? '';
      const scenes = plays.get(role);
      if (!scenes) return [{ say: `I have no script for the role "${role}".` }];
      const told = prompts.join('\n');
      const due = scenes.find(({ when }) => told.includes(when));
      return due?.turns ?? [{ say: `The script of the role "${role}" has no scene for this.` }];
    },
  });
}

type Play = { turns: Turn[]; left: Left };

/** A scene begins from what roles before left, or where its texts are not there, from what another scene left. */
async function playsOf(scenes: Scene[], first: Left, repository: ReadFirst): Promise<Play[]> {
  const plays: Play[] = [];
  const from = [first];
  for (let open = scenes.map((_, n) => n); open.length > 0; ) {
    const later: number[] = [];
    for (const n of open) {
      const play = await playFrom(scenes[n]?.steps ?? [], from, repository);
      if (play) {
        plays[n] = play;
        from.push(play.left);
      } else later.push(n);
    }
    if (later.length === open.length)
      throw new Error(`a text to replace is nowhere: ${JSON.stringify(scenes[later[0] ?? 0])}`);
    open = later;
  }
  return plays;
}

async function playFrom(
  steps: Step[],
  from: readonly Left[],
  repository: ReadFirst,
): Promise<Play | null> {
  for (const left of from) {
    const files = new Map(left);
    const turns = await turnsOf(steps, files, async path => files.get(path) ?? repository(path));
    if (turns) return { turns, left: files };
  }
  return null;
}

/** What is said goes with the call after it; an answer is the end. Null: a text to replace is not there. */
async function turnsOf(
  steps: Step[],
  files: Map<string, string>,
  open: ReadFirst,
): Promise<Turn[] | null> {
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
      const before = await open(step.write);
      const { write: path, text } = step;
      call(before === null ? { write: { path, text } } : { edit: { path, before, after: text } });
      files.set(path, text);
    } else {
      const before = (await open(step.replace)) ?? '';
      const parts = before.split(step.find);
      if (parts.length !== 2) return null;
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
