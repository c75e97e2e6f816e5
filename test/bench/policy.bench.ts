/**
 * Measures policy: validated decisions in one process, beside casbin with the same questions, and the
 * back-test of a recorded history of ten thousand decisions.
 */
import { backTest } from '../../src/engine/backtest/backtest.ts';
import { ofDeployment } from '../../src/engine/backtest/candidate.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { STARTER, sound, starter } from '../policy/starter.ts';
import { casbinDecider } from './policy/casbin.ts';
import { QUESTIONS } from './policy/questions.ts';
import { recordedDecisions } from './policy/record.ts';

export const name = 'policy';

/** The amount of work for each figure, the same on every machine. */
const WARM = 200;
const ASKED = 4_000;
const EVALUATED = 1_000;
const RECORDED = 10_000;

export async function measure(): Promise<Figure[]> {
  const set = starter();
  const ours = (facts: Facts) => decide(set, facts).outcome === 'allow';
  // A new object has no cached answers, so every question is evaluated.
  const anew = (facts: Facts) => decide({ ...set }, facts).outcome === 'allow';
  const allowed = QUESTIONS.filter(ours);
  const others = QUESTIONS.filter(facts => !ours(facts));
  const theirs = await casbinDecider();
  for (const facts of QUESTIONS)
    if (theirs(facts) !== ours(facts))
      throw new Error(`casbin decides otherwise: ${JSON.stringify(facts)}`);
  const allow = time(allowed, ours);
  const other = time(others, ours);
  const first = [time(allowed, anew, EVALUATED), time(others, anew, EVALUATED)].map(
    each => each.perSecond,
  );
  const beside = [time(allowed, theirs), time(others, theirs)];
  const took = await backTestSeconds();
  return [
    recorded('decisions that allow', allow.perSecond, beside[0]?.perSecond, 4_000),
    recorded('decisions that deny or ask', other.perSecond, beside[1]?.perSecond, 2_000),
    ...['allow', 'deny or ask'].map((what, at) =>
      valued(`decisions that ${what}, unlike any before`, first[at] ?? 0, '/s', { least: 0 }),
    ),
    valued('p99 of a decision', Math.max(allow.p99, other.p99), 'ms', { most: 1 }),
    valued(`back-test of ${RECORDED.toLocaleString('en-US')} decisions`, took, 's', { most: 10 }),
  ];
}

/** The rate of casbin is only shown for comparison; the goal is a rate of Gatehouse. */
const recorded = (
  what: string,
  perSecond: number,
  casbin: number | undefined,
  least: number,
): Figure => ({
  ...valued(`${what}; baseline: casbin, the same table`, perSecond, '/s', { least }),
  baseline: casbin ?? null,
  ratio: casbin === undefined ? null : perSecond / casbin,
});

/** `p99` in milliseconds. */
function time(
  questions: Facts[],
  ask: (facts: Facts) => boolean,
  count = ASKED,
): { perSecond: number; p99: number } {
  // All questions have different facts: another person and another repository.
  const asked = Array.from({ length: count }, (_, index) => {
    const { subject, repository, ...facts } = questions[index % questions.length] as Facts;
    const person = { id: index + 1, login: `person-${index}` };
    const own = { subject: { ...subject, person }, repository: { ...repository, id: index + 1 } };
    return { ...facts, ...own } as Facts;
  });
  const at = (index: number) => asked[index] as Facts;
  for (let index = 0; index < WARM; index++) ask(at(index));
  const each: number[] = [];
  const began = performance.now();
  for (let index = 0; index < count; index++) {
    const from = performance.now();
    ask(at(index));
    each.push(performance.now() - from);
  }
  const took = performance.now() - began;
  each.sort((a, b) => a - b);
  return { perSecond: (count / took) * 1_000, p99: each[Math.floor(count * 0.99)] ?? 0 };
}

async function backTestSeconds(): Promise<number> {
  const stricter = sound([
    ...STARTER,
    {
      name: 'frozen.cedar',
      text: '@id("frozen") @reason("Frozen.")\nforbid (principal, action == Action::"file.write", resource in Path::"protocol");',
    },
  ]);
  const audit = recordedDecisions(starter(), QUESTIONS, RECORDED);
  const began = performance.now();
  const { decisions } = await backTest(audit, ofDeployment(stricter));
  if (decisions !== RECORDED) throw new Error(`${decisions} decisions were taken again`);
  return (performance.now() - began) / 1_000;
}
