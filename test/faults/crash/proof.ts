/** The crash proof: for every point and seed, a walk crashes, is started again and must converge. */
import { compared, type Figure, valued } from '../../figures/figures.ts';
import { inTurn } from '../in-turn.ts';
import { type Backends, SETTINGS, type Setting, startBackends } from './backends.ts';
import type { Crash } from './environment.ts';
import type { Scenario } from './scenario.ts';
import { type Walked, walk } from './walk.ts';
import { unpassed } from './walks.ts';

export type Choice = Partial<Setting> & {
  seeds: number;
  /** Only points whose name matches. */
  only: RegExp;
  walks: readonly Scenario[];
  atOnce: number;
  /** The time after which no walk is started. */
  minutes: number;
};

type Say = (line: string) => void;
/** A crash point, in the first walk that passes it; in how many milliseconds that must converge. */
type Point = { scenario: Scenario; point: string; times: number; mostMs: number };
type Trial = Omit<Point, 'times'> & { seed: number; setting: Setting; nth: number };

/**
 * The milliseconds from the crash on. A slow or busy machine may take so many times what the same walk
 * took without a crash in the same run: the work that was lost, a second start, and the leases' ends.
 */
const CONVERGE_MS = 60_000;
const CONVERGE_RATIO = 3;

export async function proveCrashes(choice: Choice, say: Say): Promise<Figure[]> {
  const settings = SETTINGS.filter(
    ({ queue, database }) =>
      queue === (choice.queue ?? queue) && database === (choice.database ?? database),
  );
  const backends = await startBackends();
  try {
    const points: Point[] = [];
    const known = new Set<string>();
    for (const scenario of choice.walks) {
      const recorded = await record(backends, settings, { scenario, atOnce: choice.atOnce });
      const isNew = (point: string) => choice.only.test(point) && !known.has(point);
      const own = recorded.always.filter(([point]) => isNew(point));
      const took = (recorded.ms / 1000).toFixed(1);
      say(`${scenario.name} takes ${took} s without a crash`);
      say(`${own.length} crash points of ${scenario.name} (how often in one walk):`);
      for (const [point, times] of own) say(`${String(times).padStart(5)}  ${point}`);
      for (const point of recorded.sometimes)
        if (isNew(point)) say(`left out, not in every walk: ${point}`);
      const mostMs = Math.max(CONVERGE_MS, Math.ceil(CONVERGE_RATIO * recorded.ms));
      points.push(...own.map(([point, times]) => ({ scenario, point, times, mostMs })));
      for (const [point] of recorded.always) known.add(point);
    }
    if (points.length === 0) {
      say('no crash point of these walks matches --only; --rows proves rows alone');
      return [];
    }
    // All points are tried with the first seed, then all with the next.
    const trials = Array.from({ length: choice.seeds }).flatMap((_, seed) =>
      points.map(({ scenario, point, times, mostMs }, index) => {
        return {
          scenario,
          point,
          mostMs,
          seed,
          setting: at(settings, index + seed),
          nth: passing(seed, times),
        };
      }),
    );
    const spread = settings.map(nameOf).join(', ');
    say(`\n${trials.length} walks, ${choice.atOnce} at once; the seeds take turns on ${spread}`);
    const end = Date.now() + choice.minutes * 60_000;
    const results = await Promise.all(
      inTurn(trials, choice.atOnce, async trial =>
        Date.now() < end ? die(backends, trial, say) : null,
      ),
    );
    const made = results.filter(result => result !== null);
    return [
      compared(
        'crash walks made in the time',
        { value: made.length, unit: 'walks', baseline: trials.length },
        { least: 1 },
      ),
      ...points.map(point =>
        figureOf(
          point,
          made.filter(({ trial }) => trial.point === point.point),
        ),
      ),
    ];
  } finally {
    await backends.close();
  }
}

const at = <T>(list: readonly T[], index: number) => list[index % list.length] as T;
const nameOf = ({ queue, database }: Setting) => `queue on ${queue} / ${database} database`;

/** The points that every setting passes, with the least number of passes, those of some settings, and the longest walk. */
async function record(
  backends: Backends,
  settings: readonly Setting[],
  { scenario, atOnce }: { scenario: Scenario; atOnce: number },
) {
  const walks = await Promise.all(
    inTurn(settings, atOnce, setting => walk(backends, setting, null, scenario)),
  );
  const counts = walks.map(({ faults, passed, home }) => {
    if (faults.length > 0)
      throw new Error(`${scenario.name} without a crash is wrong (${home}): ${faults.join('; ')}`);
    const missing = unpassed(scenario, passed);
    if (missing.length > 0)
      throw new Error(`${scenario.name} passes no ${missing.join(', ')} any more`);
    return Map.groupBy(passed, point => point);
  });
  const names = [...new Set(counts.flatMap(count => [...count.keys()]))];
  const least = (name: string) => Math.min(...counts.map(count => count.get(name)?.length ?? 0));
  return {
    always: names.filter(name => least(name) > 0).map(name => [name, least(name)] as const),
    sometimes: names.filter(name => least(name) === 0),
    ms: Math.max(...walks.map(({ ms }) => ms)),
  };
}

/** The pass at which the walk crashes: the first with the first seed, then others spread over all. */
const passing = (seed: number, times: number) => 1 + Math.floor(((seed * 0.618_034) % 1) * times);

async function die(backends: Backends, trial: Trial, say: Say) {
  const { scenario, point, mostMs, setting, nth, seed } = trial;
  const crash: Crash = { point, nth };
  let walked = await walk(backends, setting, crash, scenario);
  // A walk may pass the point less often than the recorded one did.
  if (!walked.died && walked.faults.length === 0 && nth > 1)
    walked = await walk(backends, setting, { point, nth: 1 }, scenario);
  const bad = walked.faults.length > 0;
  const late = walked.ms > mostMs;
  const how = walked.died ? `converged in ${(walked.ms / 1000).toFixed(1)} s` : 'was not passed';
  say(`${bad || late ? '✗' : '✓'} ${point} #${nth}, seed ${seed}, ${nameOf(setting)}: ${how}`);
  for (const fault of walked.faults) say(`    ${fault}`);
  if (bad) say(`    see ${walked.home}`);
  return { trial, walked };
}

function figureOf({ point, mostMs }: Point, results: { walked: Walked }[]): Figure {
  const died = results.filter(({ walked }) => walked.died);
  const slowest = Math.max(0, ...died.map(({ walked }) => walked.ms));
  const figure = valued(`crash ${point}`, slowest / 1000, 's', { most: mostMs / 1000 });
  const well = died.length > 0 && results.every(({ walked }) => walked.faults.length === 0);
  return { ...figure, ok: figure.ok && well };
}
