/** Reads `agents/*.md`: YAML front matter between `---` lines, then the prompt. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { frontMatterIn } from '../../core/front-matter.ts';
import { plainIssue } from '../../core/plain-issue.ts';
import { FrontMatter, Profile, ReworkOrigin } from '../../core/profile.ts';

/** Sorted by name. Throws one error that lists every fault of every file. */
export async function loadProfiles(folder: string): Promise<Profile[]> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.md')).sort();
  const faults: string[] = [];
  const profiles: Profile[] = [];
  for (const file of files) {
    const read = parseProfile(await readFile(join(folder, file), 'utf8'));
    if ('faults' in read) {
      faults.push(...read.faults.map(fault => `${join(folder, file)}${fault}`));
      continue;
    }
    if (`${read.profile.name}.md` !== file)
      faults.push(
        `${join(folder, file)}: the file of "${read.profile.name}" is ${read.profile.name}.md`,
      );
    profiles.push(read.profile);
  }
  for (const origin of ReworkOrigin.options) {
    const roles = profiles.filter(({ reworks }) => reworks === origin).map(({ name }) => name);
    if (roles.length > 1)
      faults.push(`${folder}: only one role reworks a ${origin}, not ${roles.join(' and ')}`);
  }
  if (files.length === 0) faults.push(`${folder}: there is no profile (*.md) here`);
  if (faults.length > 0) throw new Error(`agent profiles are wrong:\n${faults.join('\n')}`);
  return profiles;
}

/** Each fault begins with `:line: `. */
export function parseProfile(text: string): { profile: Profile } | { faults: string[] } {
  const found = frontMatterIn(text);
  if (!found) return { faults: [':1: front matter between two lines of --- is missing'] };
  const { yaml, rest: prompt } = found;

  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true });
  /** The line in the file, whose second line is the first of the front matter. */
  const lineAt = (offset: number) => lines.linePos(offset).line + 1;
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(
        ({ pos, message }) => `:${lineAt(pos[0])}: ${message.split('\n')[0]}`,
      ),
    };

  // Aliases are refused: front matter needs none, and a small text can grow without end by them.
  let fields: unknown;
  try {
    fields = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    return { faults: [`:2: ${error instanceof Error ? error.message : 'unreadable YAML'}`] };
  }
  const checked = FrontMatter.safeParse(fields, { error: plainIssue });
  const faults = checked.success
    ? []
    : checked.error.issues.map(({ path, message }) => {
        const node = nearest(path);
        return `:${node === null ? 2 : lineAt(node)}: ${path.join('.') || 'front matter'}: ${message}`;
      });
  if (prompt.trim() === '') faults.push(`:${text.split('\n').length}: the prompt is empty`);
  if (!checked.success || faults.length > 0) return { faults };
  return { profile: Profile.parse({ ...checked.data, prompt }) };

  /** The place of the field, or of the nearest one around it. */
  function nearest(path: PropertyKey[]): number | null {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
        return node.range[0];
    }
    return null;
  }
}
