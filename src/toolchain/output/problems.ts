/** The places in the code that the output of a failed command names, by the formats of common tools. */
import type { CodeProblem } from '../../core/code-problem.ts';
import { cargo } from './cargo.ts';
import { diagnostics } from './diagnostics.ts';
import { eslint } from './eslint.ts';
import { failedTests } from './failed-tests.ts';
import { go } from './go.ts';
import type { IsOurs, LineReader, NamedPlace } from './line-reader.ts';
import { nodeTestSpec, nodeTestTap } from './node-test.ts';
import { pathInside } from './path-inside.ts';
import { pytest } from './pytest.ts';
import { traceback } from './traceback.ts';
import { typescript } from './typescript.ts';
import { vitest } from './vitest.ts';

const FORMATS: readonly ((isOurs: IsOurs) => LineReader)[] = [
  typescript,
  eslint,
  nodeTestSpec,
  nodeTestTap,
  vitest,
  pytest,
  go,
  cargo,
  failedTests,
  traceback,
  diagnostics,
];

/** GitHub takes 50 annotations at once. */
const MOST = 50;
const LONGEST_MESSAGE = 500;

type RanIn = {
  /** Where the repository lies for the command, and the folder in it where it ran. */
  root: string;
  directory: string;
  /** What `go.mod` in that folder calls the module; `null` where there is none. */
  goModule: string | null;
};

/** Each place once, what fails before what warns. @foreign */
export function problemsIn(lines: readonly string[], ran: RanIn): CodeProblem[] {
  const readers = FORMATS.map(format =>
    format(file => pathInside(file, ran.root, ran.directory) !== null),
  );
  const found = new Map<string, CodeProblem>();
  const add = (places: NamedPlace[]) => {
    for (const { file, line, message, level = 'failure', package: of } of places) {
      const path = pathInside(
        of === undefined ? file : inPackage(of, file, ran),
        ran.root,
        ran.directory,
      );
      if (path === null || line < 1) continue;
      const at = `${path}:${line}`;
      const known = found.get(at);
      if (known && (known.level === level || level === 'warning')) continue;
      found.set(at, { path, line, level, message: message.slice(0, LONGEST_MESSAGE) });
    }
  };
  for (const text of lines) for (const reader of readers) add(reader.line(text));
  for (const reader of readers) add(reader.end());
  const problems = [...found.values()];
  const of = (level: CodeProblem['level']) => problems.filter(problem => problem.level === level);
  return [...of('failure'), ...of('warning')].slice(0, MOST);
}

/** A package of the module lies in the folder of the same name. */
function inPackage(name: string, file: string, { goModule }: RanIn): string {
  const folder =
    goModule !== null && name.startsWith(`${goModule}/`) ? name.slice(goModule.length + 1) : '';
  return folder === '' ? file : `${folder}/${file}`;
}
