/**
 * A draft of policy, tried before anybody proposes it: its faults, its tests, and which decisions of
 * the history would come out differently. Whatever reads it is the process that is held to limits.
 */
import { readFile } from 'node:fs/promises';
import type { Repository } from '../../core/actor.ts';
import type { Examination } from '../../core/examination.ts';
import type { PolicyText } from '../../policy/check.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import type { PolicySet } from '../../policy/load.ts';
import { liveAuditSource } from '../audit-source.ts';
import { type Candidate, retake } from '../backtest/backtest.ts';
import { ofDeploymentIsolated, ofRepositoryIsolated } from '../backtest/candidate.ts';
import { createFlipGroups, type FlipGroup } from '../backtest/flip-groups.ts';
import type { Dependencies } from '../dependencies.ts';
import { faultsHere } from '../intake/rules/faults-here.ts';
import type { TestedTable } from './examine.ts';
import { testsOf } from './examine-rules.ts';
import { askIsolated } from './isolated/isolated.ts';
import { readIsolated } from './isolated/read-rules.ts';
import { textsOf } from './of-repository.ts';
import { testFilesIn } from './on-disk.ts';
import { CONFIG_PATH, POLICY_PATH, type RuleFile, TABLE_PATH } from './rule-files.ts';
import { rulesOn } from './rules.ts';
import { loadCheckedTexts } from './schema.ts';

/** `tests`: tables as they stand in `*.test.yml`, besides those of the pack in use. */
export type PolicyDraft =
  /** Files of the pack in use: each replaces the one of its name, or is added; an empty one takes it away. */
  | { of: 'deployment'; files: PolicyText[]; tests: string | null }
  /** `null`: the file stays as it is on the default branch; an empty one takes it away. */
  | {
      of: 'repository';
      repository: Repository;
      /** The head of its default branch. */
      commit: string;
      config: string | null;
      policy: string | null;
      tests: string | null;
    };

type LabHistory = {
  decisions: number;
  same: number;
  flips: number;
  groups: FlipGroup[];
  /** Flips of groups that are not listed. */
  moreFlips: number;
  undecidable: number;
  /** In repositories that whoever asks does not see. */
  elsewhere: { flips: number; undecidable: number };
};

/** What is told while it is tried. Where there are faults, nothing else follows. */
export type LabNews =
  | { kind: 'checked'; digest: string | null; faults: PolicyFault[] }
  | { kind: 'tested'; tests: Examination['tests']; faults: PolicyFault[] }
  | { kind: 'progress'; tasks: number; ofTasks: number; decisions: number; flips: number }
  | { kind: 'done'; history: LabHistory };

type Needs = Pick<
  Dependencies,
  'log' | 'artifacts' | 'policies' | 'settings' | 'workspaces' | 'github' | 'profiles'
>;

/** Milliseconds between two words about how far it is. */
const PROGRESS_MS = 500;

/** `sees`: the repositories, by id, of which flips are told; of others they are counted. */
export async function* tryDraft(
  deps: Needs,
  draft: PolicyDraft,
  sees: (repository: number) => boolean,
  signal: AbortSignal,
): AsyncIterable<LabNews> {
  const tried = await setOf(deps, draft);
  if ('faults' in tried) return yield { kind: 'checked', digest: null, faults: tried.faults };
  const { set, candidate } = tried;
  yield { kind: 'checked', digest: set.digest, faults: [] };
  const tables: TestedTable[] = [];
  const installation = draft.of === 'repository' ? draft.repository.installation : null;
  for (const { file, text } of await tablesOf(deps, draft)) {
    signal.throwIfAborted();
    tables.push(await askIsolated('test', { policies: set.texts, file, text }, installation));
  }
  const faults = tables.flatMap(table => table.faults);
  if (tables.length > 0) yield { kind: 'tested', tests: testsOf(tables), faults };
  if (faults.length > 0) return;
  yield* historyOf(deps, candidate, sees, signal);
}

async function setOf(
  deps: Needs,
  draft: PolicyDraft,
): Promise<{ set: PolicySet; candidate: Candidate } | { faults: PolicyFault[] }> {
  const { policies } = deps;
  if (draft.of === 'deployment') {
    const replaced = new Set(draft.files.map(({ name }) => name));
    const kept = policies.texts.filter(({ name }) => !replaced.has(name));
    const texts = [...kept, ...draft.files.filter(({ text }) => text.trim() !== '')];
    const loaded = await loadCheckedTexts(texts, await askIsolated('check', texts, null));
    if (!loaded.ok) return { faults: loaded.faults };
    // As the shell's back-test: what flips is told whatever the policies as they are say by now.
    const { before: _, ...candidate } = ofDeploymentIsolated(loaded.set, policies, null);
    return { set: loaded.set, candidate };
  }
  const { repository, commit, config, policy } = draft;
  const there = await textsOf(deps, repository, commit);
  const texts = {
    config: config === null ? there.config : drafted(CONFIG_PATH, config),
    policy: policy === null ? there.policy : drafted(POLICY_PATH, policy),
  };
  const rules = rulesOn(policies, await readIsolated(texts, repository));
  const { set } = rules;
  const faults = await faultsHere(deps, { repository, commit }, rules);
  if (faults.length > 0) return { faults };
  const { before: _, ...candidate } = ofRepositoryIsolated(set, repository, policies);
  return { set, candidate };
}

const drafted = (path: string, text: string): RuleFile | null =>
  text.trim() === '' ? null : { path, from: null, text };

async function tablesOf(
  { settings }: Needs,
  { of, tests }: PolicyDraft,
): Promise<{ file: string; text: string }[]> {
  const own = tests === null ? [] : [{ file: DRAFT_TABLE[of], text: tests }];
  if (of === 'repository') return own;
  const files = await testFilesIn(settings.policyFolder);
  const tables = files.map(async file => ({ file, text: await readFile(file, 'utf8') }));
  return [...(await Promise.all(tables)), ...own];
}

const DRAFT_TABLE = { deployment: 'draft.test.yml', repository: TABLE_PATH };

async function* historyOf(
  { log, artifacts }: Needs,
  candidate: Candidate,
  sees: (repository: number) => boolean,
  signal: AbortSignal,
): AsyncIterable<LabNews> {
  const audit = liveAuditSource({ log, artifacts });
  const streams: string[] = [];
  for await (const { kind, id } of audit.streams()) if (kind === 'task') streams.push(id);
  const groups = createFlipGroups();
  const found = { decisions: 0, same: 0, flips: 0, undecidable: 0 };
  const elsewhere = { flips: 0, undecidable: 0 };
  let told = performance.now();
  for (const [tasks, id] of streams.entries()) {
    for await (const retaken of retake(audit, { kind: 'task', id }, candidate)) {
      signal.throwIfAborted();
      found.decisions += 1;
      if (retaken.kind === 'same') found.same += 1;
      else if (retaken.kind === 'flip') {
        found.flips += 1;
        if (sees(retaken.flip.repository.id)) groups.add(retaken.flip);
        else elsewhere.flips += 1;
      } else if (sees(retaken.undecidable.repository.id)) found.undecidable += 1;
      else elsewhere.undecidable += 1;
    }
    if (performance.now() - told < PROGRESS_MS) continue;
    told = performance.now();
    const { decisions, flips } = found;
    yield { kind: 'progress', tasks: tasks + 1, ofTasks: streams.length, decisions, flips };
  }
  const { listed, rest } = groups.all();
  yield { kind: 'done', history: { ...found, groups: listed, moreFlips: rest, elsewhere } };
}
