/** How a repository names a command that it lacks: the lines for `.github/gatehouse.yml`. */
import type { Ecosystem } from '../ecosystem.ts';

/** Commands that many repositories have, by what they are installed with. */
const EXAMPLES: Readonly<Record<string, Partial<Record<Ecosystem, readonly string[]>>>> = {
  test: {
    npm: ['npm', 'test'],
    pypi: ['python3', '-m', 'pytest'],
    go: ['go', 'test', './...'],
    cargo: ['cargo', 'test'],
    maven: ['mvn', '--batch-mode', 'test'],
    rubygems: ['bundle', 'exec', 'rake', 'test'],
    packagist: ['composer', 'test'],
  },
  lint: {
    npm: ['npm', 'run', 'lint'],
    pypi: ['python3', '-m', 'ruff', 'check', '--fix', '.'],
    go: ['gofmt', '-w', '.'],
    cargo: ['cargo', 'fmt'],
    rubygems: ['bundle', 'exec', 'rubocop', '--autocorrect'],
    packagist: ['composer', 'lint'],
  },
};

/** A command of that name as such repositories usually have it; `make NAME` where nothing is known. */
export function exampleCommand(name: string, ecosystems: readonly Ecosystem[]): string[] {
  for (const ecosystem of ecosystems) {
    const usual = EXAMPLES[name]?.[ecosystem];
    if (usual) return [...usual];
  }
  return ['make', name];
}

/** The lines that name the command, as they stand in the file. */
export const configurationLines = (name: string, argv: readonly string[]): string =>
  `commands:\n  ${name}: [${argv.join(', ')}]`;
