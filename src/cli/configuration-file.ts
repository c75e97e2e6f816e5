/** The text of a `gatehouse.yml` that says what detection found, with the reasons as comments. */
import { Document } from 'yaml';
import { exampleCommand } from '../core/repository-config/example-command.ts';
import type { Detection } from '../toolchain/detect.ts';

/** `docs/schemas/gatehouse-yml.v1.json` of the published package, which editors read. */
export const SCHEMA_URL =
  'https://unpkg.com/gatehouse-for-agents/docs/schemas/gatehouse-yml.v1.json';

/** `directory`: empty for the root. */
export function configurationFile(
  directory: string,
  { commands, ecosystems }: Pick<Detection, 'commands' | 'ecosystems'>,
): string {
  const found = commands.flatMap(({ name, argv, because }) => [
    `  # ${because.replaceAll(/\s+/g, ' ')}`,
    `  ${name}: ${flow(argv)}`,
  ]);
  const tested = commands.some(({ name }) => name === 'test');
  const example = `test: ${flow(exampleCommand('test', ecosystems))}`;
  return [
    `# yaml-language-server: $schema=${SCHEMA_URL}`,
    '# What Gatehouse runs in this repository. Commands are lists of words; no shell reads them.',
    '# The branch that work is for, where it is not the default branch; also by labels or milestones:',
    '# base: develop',
    ...(directory === '' ? [] : [`directory: ${flow(directory)}`]),
    // A key without a value would be no map of commands.
    found.length > 0 ? 'commands:' : '# commands:',
    ...found,
    ...(tested
      ? []
      : ['  # No test command was found. This is how one is named:', `  # ${example}`]),
    'remediate:',
    '  # true: a failing check on a pull request of Gatehouse starts another round of work.',
    '  ci: false',
    '',
  ].join('\n');
}

/** A value of YAML on one line, quoted where it must be. */
function flow(value: string | readonly string[]): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  return document
    .toString({ lineWidth: 0, flowCollectionPadding: false, collectionStyle: 'flow' })
    .trim();
}
