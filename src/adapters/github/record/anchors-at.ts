/** The anchors that GitHub keeps where the log says that they stand, and on the newest pull requests of ours. */
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { AnchorAt, GitHubRecord } from '../../../engine/ports/github-record.ts';
import {
  type AnchorRun,
  type AsksForAnchors,
  anchorRunOf,
  onCommit,
  onNewestPulls,
} from './anchors.ts';
import { installations } from './installations.ts';

/** Check runs that are asked for one by one; each tells of the others on its commit as well. */
const MOST_ASKED = 1_000;

type Parts = AsksForAnchors & { app: Octokit } & Pick<GitHubRecord, 'findRepository'>;

/** `places`: addresses of check runs, of which the first ones are asked for first. */
export async function* anchorsAt(parts: Parts, places: readonly string[]): AsyncIterable<AnchorAt> {
  const sought = new Map(places.map(place => [runIn(place), place]));
  const told = ({ id, anchor, address }: Omit<AnchorRun, 'head'>): AnchorAt[] => {
    const place = sought.get(id) ?? address;
    const isSought = sought.delete(id);
    if (anchor) return [{ is: 'kept', place, anchor }];
    return isSought ? [{ is: 'missing', place }] : [];
  };
  const known = new Map<string, Repository>();
  for await (const { repositories } of installations(parts))
    for (const repository of repositories) {
      known.set(`${repository.owner}/${repository.name}`.toLowerCase(), repository);
      for await (const run of onNewestPulls(parts, repository)) yield* told(run);
    }
  const ask = createAskForRun(parts, known);
  for (const [id, place] of sought) {
    const asked = await ask(place, id, sought.size > 1);
    if (typeof asked === 'string') yield { is: 'unasked', place, problem: asked };
    else if (asked.length === 0) yield* told({ id, anchor: null, address: place });
    else for (const run of asked) if (sought.has(run.id)) yield* told(run);
  }
}

/** A check run's number is its own in all of GitHub, and stays where a repository is renamed. */
const runIn = (place: string): number => Number(/\d+$/.exec(place)?.[0] ?? Number.NaN);

/** What stands before its number in the address of a check run, of GitHub's pages and of its API. */
const RUNS = ['runs', 'check-runs'];

/** The check run, and the others on its commit; none where it is not there, or why GitHub could not be asked. */
type AskForRun = (place: string, id: number, withOthers: boolean) => Promise<AnchorRun[] | string>;

function createAskForRun(parts: Parts, known: Map<string, Repository>): AskForRun {
  const failed = new Map<string, string>();
  let asked = 0;
  const find = async (owner: string, name: string): Promise<Repository> => {
    const at = `${owner}/${name}`.toLowerCase();
    const repository = known.get(at) ?? (await parts.findRepository(owner, name));
    if (repository === null) throw new GitHubFailure('not_found', NOT_INSTALLED, null);
    known.set(at, repository);
    return repository;
  };
  return async (place, id, withOthers) => {
    const [owner, name, runs = ''] = place.split('/').slice(-4);
    if (Number.isNaN(id) || !owner || !name || !RUNS.includes(runs))
      return 'it is no address of a check run';
    const before = failed.get(`${owner}/${name}`);
    if (before !== undefined) return before;
    if (asked >= MOST_ASKED) return `more than ${MOST_ASKED} were asked for`;
    asked += 1;
    try {
      const repository = await find(owner, name);
      const run = await anchorRunOf(parts, repository, id);
      if (run === null) return [];
      return withOthers ? [run, ...(await onCommit(parts, repository, run.head))] : [run];
    } catch (error) {
      if (!(error instanceof GitHubFailure)) throw error;
      failed.set(`${owner}/${name}`, error.message);
      return error.message;
    }
  };
}

const NOT_INSTALLED = 'the App is not installed there, or the repository is gone';
