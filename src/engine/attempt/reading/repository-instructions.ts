/**
 * What a repository tells every agent: its instruction files and its skills, as its default branch has
 * them. A branch that is worked on can change neither for the agent that works on it.
 */
import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { frontMatterIn } from '../../../core/front-matter.ts';
import { baseName } from '../../../core/paths/file-name.ts';
import type { Dependencies } from '../../dependencies.ts';
import { parseYaml } from '../../policies/yaml-text.ts';
import type { GitHubFacts } from '../../ports/github.ts';
import { markInvisible } from './strip-hidden.ts';

type Skill = {
  name: string;
  description: string;
  path: string;
  /** `null` where neither the task nor the role names it. */
  text: string | null;
};

export type RepositoryInstructions = {
  /** The head of the default branch, which they are read from. */
  commit: string;
  /** Those of the root first, then folder by folder downwards. */
  files: { path: string; text: string }[];
  skills: Skill[];
  /** Paths of those that are not given: there is no room for them, or they can't be read. */
  leftOut: string[];
};

/** Of each folder the first one that is there counts. */
const FILES = ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md'];
const SKILL = 'SKILL.md';
/** Of two skills with one name, that of the folder named first here counts. */
const SKILL_FOLDERS = ['.agents', '.claude', '.codex', '.gemini', '.opencode', '.kilo'];

const MOST_FILES = 20;
const MOST_SKILLS = 30;
/** Folders above a file; what is deeper is nobody's instruction. */
const MOST_DEPTH = 8;
const MOST_BYTES_OF_FILE = 32 * 1024;
const MOST_BYTES = 96 * 1024;
/** Characters of the front matter of one skill. Every run parses the front matter of all skills. */
const MOST_FRONT_MATTER = 8 * 1024;
const MOST_LEFT_OUT = 100;

export async function readInstructions(
  deps: Pick<Dependencies, 'workspaces'> & {
    github: { facts: Pick<GitHubFacts, 'defaultBranch' | 'remote'> };
  },
  repository: Repository,
  /** `skills`: those that are given whole, besides those that the task names. */
  of: { skills: readonly string[]; task: string },
): Promise<RepositoryInstructions> {
  const { workspaces, github } = deps;
  const [{ sha: commit }, remote] = await Promise.all([
    github.facts.defaultBranch(repository),
    github.facts.remote(repository, 'read'),
  ]);
  const source = { repository, remote };
  const found = await workspaces.findFiles(source, commit, [...FILES, SKILL]);
  const ofFolders = instructionFiles(found);
  const ofSkills = skillFiles(found);
  const leftOut = [...ofFolders.slice(MOST_FILES), ...ofSkills.slice(MOST_SKILLS)];
  let room = MOST_BYTES;

  const files: RepositoryInstructions['files'] = [];
  for (const path of ofFolders.slice(0, MOST_FILES)) {
    const text = await read(path);
    if (text !== null && fits(text)) files.push({ path, text });
    else leftOut.push(path);
  }
  const skills: Skill[] = [];
  for (const path of ofSkills.slice(0, MOST_SKILLS)) {
    const text = await read(path);
    const told = text === null ? null : skillOf(path, text);
    const isWanted = told && (of.skills.includes(told.name) || isNamed(told.name, of.task));
    if (text === null || told === null || (isWanted && !fits(text))) leftOut.push(path);
    else if (skills.every(({ name }) => name !== told.name))
      skills.push({ ...told, path, text: isWanted ? text : null });
  }
  return { commit, files, skills, leftOut: leftOut.slice(0, MOST_LEFT_OUT) };

  /** `null`: too large, or no text. */
  async function read(path: string): Promise<string | null> {
    const content = await workspaces.readFile(source, commit, path, MOST_BYTES_OF_FILE + 1);
    if (!content || content.length > MOST_BYTES_OF_FILE || !isUtf8(content) || content.includes(0))
      return null;
    // The byte order mark of some editors is no hidden character.
    return markInvisible(content.toString('utf8').replace(/^\ufeff/, '')).trim();
  }

  /** A text is given whole or not at all, so that no half of a rule is followed. */
  function fits(text: string): boolean {
    const bytes = Buffer.byteLength(text);
    if (bytes > room) return false;
    room -= bytes;
    return true;
  }
}

const depthOf = (path: string): number => path.split('/').length - 1;

/** Copies of other people's projects have instructions for the agents of those. */
const isOwn = (path: string): boolean =>
  depthOf(path) <= MOST_DEPTH &&
  !path.split('/').some(folder => folder === 'node_modules' || folder === 'vendor');

/** One for each folder, the root's first. */
function instructionFiles(found: readonly string[]): string[] {
  const byFolder = new Map<string, string>();
  for (const name of FILES)
    for (const path of found) {
      const folder = posix.dirname(path);
      if (baseName(path) === name && isOwn(path) && !byFolder.has(folder))
        byFolder.set(folder, path);
    }
  return [...byFolder.values()].sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1));
}

/** `.agents/skills/NAME/SKILL.md` and the like, at the root. */
function skillFiles(found: readonly string[]): string[] {
  return SKILL_FOLDERS.flatMap(folder =>
    found.filter(path => {
      const [first, skills, , file, ...more] = path.split('/');
      return first === folder && skills === 'skills' && file === SKILL && more.length === 0;
    }),
  );
}

const SkillHead = z.looseObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  description: z.string().trim().min(1).max(1024),
});

/** `null`: its front matter does not say what it is. */
function skillOf(path: string, text: string): Pick<Skill, 'name' | 'description'> | null {
  const { yaml } = frontMatterIn(text) ?? {};
  if (yaml === undefined || yaml.length > MOST_FRONT_MATTER) return null;
  const read = parseYaml(path, yaml, SkillHead);
  if (!read.ok) return null;
  const { name, description } = read.value;
  return { name, description: markInvisible(description).replaceAll(/\s+/g, ' ') };
}

/** As a word of its own, in whatever case. */
const isNamed = (name: string, task: string): boolean =>
  new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'i').test(task);
