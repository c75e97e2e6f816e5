/** Deno: tasks that a person wrote, or else its own linter and test runner. */
import { parse } from 'jsonc-parser';
import { z } from 'zod';
import { nameMatches } from '../core/paths/file-name.ts';
import { isPlaceholder } from './placeholder.ts';
import { type DetectedCommand, type DetectedLanguage, firstOf, type Project } from './project.ts';

const Manifest = z.looseObject({
  tasks: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const TESTS = ['ts', 'tsx', 'mts', 'js', 'mjs', 'jsx'].flatMap(ending => [
  `*_test.${ending}`,
  `*.test.${ending}`,
]);

/** A command, or an object that may have one, and tasks that come before it. */
const DenoTask = z.union([
  z.string().transform(command => ({ command, dependencies: undefined })),
  z.looseObject({ command: z.string().optional(), dependencies: z.array(z.string()).optional() }),
]);

function works(task: unknown): boolean {
  const { command = '', dependencies = [] } = DenoTask.safeParse(task).data ?? {};
  return !isPlaceholder(command) || dependencies.length > 0;
}

export function detectDeno(project: Project): DetectedLanguage | null {
  const manifest = firstOf(project, ['deno.json', 'deno.jsonc']);
  if (manifest === null) return null;
  const tasks = tasksIn(project.text(manifest));
  const task = (name: 'lint' | 'test'): DetectedCommand[] =>
    Object.hasOwn(tasks, name) && works(tasks[name])
      ? [{ name, argv: ['deno', 'task', name], because: `${manifest} has the task "${name}"` }]
      : [];
  const locked = project.has('deno.lock');
  const tests = project.below.find(path => nameMatches(path, TESTS));
  const [lint] = task('lint');
  const [test] = task('test');
  return {
    language: 'Deno',
    // Its registry of npm's packages is npm's.
    ecosystem: 'npm',
    manifests: [manifest],
    commands: [
      {
        name: 'install',
        argv: ['deno', 'install', ...(locked ? ['--frozen'] : [])],
        because: locked ? 'deno.lock is there' : `${manifest} is there`,
      },
      lint ?? { name: 'lint', argv: ['deno', 'lint'], because: `${manifest} is there` },
      // What tests may do is limited by the sandbox, and nobody is there to be asked.
      ...(test ? [test] : tests ? [testOf(tests)] : []),
    ],
  };
}

const testOf = (tests: string): DetectedCommand => ({
  name: 'test',
  argv: ['deno', 'test', '--allow-all', '--no-prompt'],
  because: `${tests} is there`,
});

/** Deno takes comments in both files. */
function tasksIn(text: string): Record<string, unknown> {
  try {
    return Manifest.safeParse(parse(text)).data?.tasks ?? {};
  } catch {
    return {};
  }
}
