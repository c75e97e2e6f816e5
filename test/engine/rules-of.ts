/** The rules of a `gatehouse.yml` that has no fault by itself. */
import { RepositoryConfigFile } from '../../src/core/repository-config/repository-config.ts';
import { CONFIG_PATH } from '../../src/engine/policies/rule-files.ts';
import { parseYaml } from '../../src/engine/policies/yaml-text.ts';

export function rulesOf(text: string) {
  const read = parseYaml(CONFIG_PATH, text, RepositoryConfigFile);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const { graphs = {}, schedule: schedules = {}, ...config } = read.value;
  return { config, graphs, schedules, places: { file: CONFIG_PATH, at: read.places() } };
}
