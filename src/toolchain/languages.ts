/** The languages of a folder: whose commands are used, and which are left aside. */
import { commandText } from '../core/command-line.ts';
import type { Ecosystem } from '../core/ecosystem.ts';
import { detectGo, detectJava, detectRust } from './compiled.ts';
import { detectDeno } from './deno.ts';
import { type ManifestFault, manifestFaults } from './manifest-faults.ts';
import { detectNode } from './node.ts';
import type { DetectedCommand, DetectedLanguage, Project } from './project.ts';
import { detectPython } from './python.ts';
import { detectMake, detectPhp, detectRuby } from './scripted.ts';

/** In the order in which they are installed, checked and tested. */
const LANGUAGES: readonly ((project: Project) => DetectedLanguage | null)[] = [
  ...[detectNode, detectDeno, detectPython, detectGo],
  ...[detectRust, detectJava, detectRuby, detectPhp],
];

/**
 * Languages that are only tested where no other one is. Deno's tests are mostly those that Node's script
 * runs. `cargo test` is taken wherever there is a Cargo.toml, which is mostly that of an extension, and
 * many of these can't be linked without the other language.
 */
const TESTED_ALONE: readonly string[] = ['Deno', 'Rust'];

export type Languages = {
  commands: DetectedCommand[];
  /** Whose registries an install here may need. */
  ecosystems: Ecosystem[];
  /** Languages that are there as well, and whose commands are not used. */
  unused: string[];
  /** Manifests that their tools can't read, or that are not read here: the language's commands are not used. */
  faults: ManifestFault[];
};

/** What its languages and its Makefile name. */
export function languagesIn(project: Project): Languages {
  const found = LANGUAGES.flatMap(detect => detect(project) ?? []);
  const faults = found.flatMap(each => manifestFaults(project, each));
  const languages = found.filter(each => !faults.some(fault => fault.language === each.language));
  const used = usedOf(languages);
  const commands = (['install', 'lint', 'test'] as const).flatMap(name => joined(name, used) ?? []);
  // A Makefile fills in what the languages' own files don't name.
  for (const command of detectMake(project)?.commands ?? [])
    if (!commands.some(({ name }) => name === command.name)) commands.push(command);
  return {
    commands,
    ecosystems: languages.flatMap(({ ecosystem }) => ecosystem ?? []),
    unused: languages.filter(each => !used.includes(each)).map(({ language }) => language),
    faults,
  };
}

/** All that are tested: a change of one proves nothing by the tests of another. */
function usedOf(languages: DetectedLanguage[]): DetectedLanguage[] {
  const [first, ...others] = languages.filter(({ commands }) => hasTest(commands));
  if (first === undefined) return languages.slice(0, 1);
  return [first, ...others.filter(({ language }) => !TESTED_ALONE.includes(language))];
}

export const hasTest = (commands: readonly DetectedCommand[]): boolean =>
  commands.some(({ name }) => name === 'test');

/** One command of all, one language after the other. */
function joined(
  name: DetectedCommand['name'],
  languages: readonly DetectedLanguage[],
): DetectedCommand | undefined {
  const all = languages.flatMap(({ commands }) => commands.filter(each => each.name === name));
  if (all.length < 2) return all[0];
  const script = all.map(({ argv }) => commandText(argv)).join(' && ');
  return {
    name,
    argv: ['sh', '-c', script],
    because: all.map(({ because }) => because).join(', and '),
  };
}
