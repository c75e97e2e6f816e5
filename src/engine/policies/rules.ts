/** What a repository says itself: its configuration and its own forbids, or what is wrong with them. */
import { type BoundedCache, createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import type { GraphFiles } from '../../core/graph/graph-file.ts';
import type { FileFault } from '../../core/repository-config/file-fault.ts';
import {
  type RepositoryConfig,
  RepositoryConfigFile,
} from '../../core/repository-config/repository-config.ts';
import type { Schedules } from '../../core/repository-config/schedule.ts';
import { shownFaults } from '../../core/repository-config/shown-faults.ts';
import type { PolicyText } from '../../policy/check.ts';
import { faultLine, type PolicyFault } from '../../policy/fault.ts';
import {
  type Checked,
  type CheckedSchema,
  checkTexts,
  type Loaded,
  type PolicySet,
  withChecked,
  withObserved,
} from '../../policy/load.ts';
import { restrictions } from '../../policy/restrict.ts';
import { CONFIG_PATH, nameOf, POLICY_PATH, type RuleTexts } from './rule-files.ts';
import { parseYaml, type YamlPosition } from './yaml-text.ts';

export type Rules = {
  config: RepositoryConfig;
  /** The graphs that it writes itself. */
  graphs: GraphFiles;
  schedules: Schedules;
  places: RulePlaces;
  /** The deployment's policies with the repository's. */
  set: PolicySet;
  /** Where there are any, nothing at all is permitted: never looser than what was meant. */
  faults: PolicyFault[];
  /** What is told where it was pushed, and closes nothing. */
  shown: PolicyFault[];
};

/** The file of the configuration, and where each of its paths stands, such as `roles.author.paths.0`. */
export type RulePlaces = { file: string; at: Readonly<Record<string, YamlPosition>> };

/** Where the path stands, or as much of it as there is. */
export function placeIn(places: RulePlaces, path: string): Omit<PolicyFault, 'message'> {
  const { file, at } = places;
  const place = Object.hasOwn(at, path) ? at[path] : undefined;
  if (place) return { file, line: place.line, column: place.column };
  const end = path.lastIndexOf('.');
  return end < 0 ? { file, line: 1, column: 1 } : placeIn(places, path.slice(0, end));
}

/** Faults of parts of the file, at their places and with their paths. */
export const placedFaults = (places: RulePlaces, faults: readonly FileFault[]): PolicyFault[] =>
  faults.map(({ path, message }) => {
    const at = path.join('.');
    return { ...placeIn(places, at), message: `${at}: ${message}` };
  });

/** What stands in the files of a repository: data alone, so that it can be read elsewhere. */
export type ReadRules = {
  config: RepositoryConfig;
  graphs: GraphFiles;
  schedules: Schedules;
  places: RulePlaces;
  texts: PolicyText[];
  checked: Checked;
  shown: PolicyFault[];
};

export function readTexts({ config, policy }: RuleTexts, schema: CheckedSchema): ReadRules {
  const texts: PolicyText[] = [];
  const faults: PolicyFault[] = [];
  let read = RepositoryConfigFile.parse({});
  const places: RulePlaces = { file: config === null ? CONFIG_PATH : nameOf(config), at: {} };
  for (const file of [config, policy])
    if (file !== null && 'problem' in file)
      faults.push({ file: nameOf(file), line: 1, column: 1, message: file.problem });
  if (config !== null && 'text' in config) {
    const name = nameOf(config);
    const parsed = parseYaml(name, config.text, RepositoryConfigFile);
    if (parsed.ok) {
      read = parsed.value;
      places.at = parsed.places();
      const made = restrictions(read, name, path => parsed.placeOf(path).line);
      if (made !== '') texts.push({ name, text: made, origin: 'configuration' });
    } else faults.push(...parsed.faults);
  }
  if (policy !== null && 'text' in policy)
    texts.push({ name: nameOf(policy), text: policy.text, origin: 'repository' });
  const checked = checkTexts(texts, schema);
  if (!checked.ok) faults.push(...checked.faults);
  const { graphs = {}, schedule: schedules = {}, ...rest } = read;
  const shown = placedFaults(places, shownFaults({ config: rest, schedules }));
  const own = { config: rest, graphs, schedules, places, texts, shown };
  return { ...own, checked: faults.length > 0 ? { ok: false, faults } : checked };
}

/** The files read in this process: an operator's own. */
export const readRules = (deployment: PolicySet, texts: RuleTexts): Rules =>
  rulesOn(deployment, readTexts(texts, deployment.schema));

/** With the deployment's policies. */
export function rulesOn(deployment: PolicySet, read: ReadRules): Rules {
  const { config, graphs, schedules, places, texts, checked, shown } = read;
  const joined = join(deployment, texts, checked);
  if (joined.ok) {
    const tries = config.mode === 'observe';
    // Policies that the deployment observes are observed with what the repository says.
    const observed = deployment.observed ?? (tries ? deployment : null);
    const beside = observed && join(observed, texts, checked);
    const set = withObserved(tries ? deployment : joined.set, beside?.ok ? beside.set : observed);
    return { config, graphs, schedules, places, set, faults: [], shown };
  }
  const { faults } = joined;
  const closing = [nothing(faults)];
  const closed = join(deployment, closing, checkTexts(closing, deployment.schema));
  if (!closed.ok) throw new Error(closed.faults.map(faultLine).join('\n'));
  return { config, graphs, schedules, places, set: closed.set, faults, shown };
}

/** A forbid of everything that says where the fault is. */
function nothing(faults: PolicyFault[]): PolicyText {
  const [first] = faults;
  const place = first ? `${first.file} line ${first.line}` : 'a file';
  return {
    name: first?.file ?? POLICY_PATH,
    text: `@id("faulty") @reason("The repository's rules on its default branch have a fault, ${place}: nothing is done here until it is corrected.") forbid (principal, action, resource);`,
    origin: 'repository',
  };
}

/** The same rules are asked with again and again, and answers are kept by their set. */
const known = new WeakMap<PolicySet, BoundedCache<string, Loaded>>();
const MOST_KNOWN = 500;

function join(deployment: PolicySet, texts: PolicyText[], checked: Checked): Loaded {
  if (!checked.ok) return checked;
  if (texts.length === 0) return { ok: true, set: deployment };
  const sets = known.get(deployment) ?? createBoundedCache<string, Loaded>(MOST_KNOWN);
  known.set(deployment, sets);
  const key = JSON.stringify(texts);
  const loaded = sets.get(key) ?? withChecked(deployment, texts, checked);
  sets.set(key, loaded);
  return loaded;
}
