/** What a command starts where the repository writes graphs of its own. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProfiles } from '../../../../src/adapters/agents/profiles.ts';
import { RepositoryConfigFile } from '../../../../src/core/repository-config/repository-config.ts';
import { chooseGraph } from '../../../../src/engine/intake/rules/choose-graph.ts';
import { parseYaml } from '../../../../src/engine/policies/yaml-text.ts';

const loaded = await loadProfiles(join(import.meta.dirname, '../../../../agents'));
const profiles = new Map(loaded.map(profile => [profile.name, profile]));
const PLACES = { file: '.github/gatehouse.yml', at: { 'graphs.fix': { line: 3, column: 3 } } };
const toolchain = { ecosystems: ['npm' as const], found: [], notes: [] };

function chosen(steps: string, commands = 'test: [npm, test]') {
  const text = `commands: { ${commands} }\ngraphs:\n  fix:\n    steps: [${steps}]\n`;
  const read = parseYaml('gatehouse.yml', text, RepositoryConfigFile);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const { graphs = {}, ...config } = read.value;
  return chooseGraph(
    { profiles },
    { command: 'fix', graph: 'fix' },
    { graphs, places: PLACES },
    { config, toolchain },
  );
}

describe('the graph of the repository', () => {
  it('is started in place of ours, without an installation where there is nothing to install', () => {
    const graph = chosen('{command: install}, {agent: author}, {command: test}, publish');
    expect(graph).toMatchObject({
      name: 'fix',
      reworkFrom: 'author',
      steps: [{ id: 'author', needs: [] }, { id: 'test' }, { id: 'publish' }],
    });
  });
  it('is not started where nothing of it would be done', () => {
    expect(chosen('{command: install}')).toMatchObject({
      code: 'missing_command',
      lacks: 'install',
    });
  });
  it('names a command that the repository has, or the call is answered with what is missing', () => {
    expect(chosen('{agent: author}, {command: e2e}, publish')).toMatchObject({
      code: 'missing_command',
      lacks: 'e2e',
    });
  });
  it.each([
    [
      '{agent: writer}',
      /^line 3: graphs\.fix\.steps\.0\.agent: there is no role "writer" here; there are .*author/,
    ],
    ['{agent: reviewer}', /the role "reviewer" changes nothing: write `reads_only: true`/],
    ['{command: test, remedy: {agent: fixer, at_most: 1}}', /no role "fixer"/],
    [
      '{agent: planner, reads_only: true}, {agent: author, when: steps.planner.blocking == 0}',
      /graphs\.fix\.steps\.1\.when: the condition of "author" asks for "blocking" of "planner", which hands over outcome, questions, steps, risks/,
    ],
  ])('%s: what only the roles here show is a fault of the file', (steps, fault) =>
    expect(chosen(steps)).toMatchObject({
      code: 'misconfigured',
      path: '.github/gatehouse.yml',
      faults: [expect.stringMatching(fault)],
    }),
  );
});
