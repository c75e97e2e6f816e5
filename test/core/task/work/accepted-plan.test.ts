/** From which plan another task goes on, and what is left of a graph that began with planning. */
import { describe, expect, it } from 'vitest';
import { fixGraph, implementGraph, planGraph } from '../../../../src/core/graph/graphs.ts';
import { createdOf } from '../../../../src/core/task/state/state.ts';
import { acceptedPlan, withoutPlanning } from '../../../../src/core/task/work/accepted-plan.ts';
import { given, HISTORY, MAINTAINER, REVIEWER } from '../given.ts';

const commands = { install: ['npm', 'ci'], test: ['npm', 'test'] };

describe('what is left without planning', () => {
  it('is all that comes after the yes of people', () => {
    const left = withoutPlanning(implementGraph(commands));
    expect(left?.steps.map(({ id }) => id)).toEqual(
      implementGraph(commands)
        .steps.map(({ id }) => id)
        .slice(3),
    );
    expect(left?.steps[0]).toMatchObject({ id: 'architect', needs: [] });
  });

  it('is nothing of a graph that only plans, that never asks, or that looks at the planning', () => {
    expect(withoutPlanning(planGraph())).toBeNull();
    expect(withoutPlanning(fixGraph(commands))).toBeNull();
    const { steps, ...graph } = implementGraph(commands);
    const looking = steps.map(step =>
      step.id === 'author' ? { ...step, when: 'steps.plan.risks > 0' } : step,
    );
    expect(withoutPlanning({ ...graph, steps: looking })).toBeNull();
  });
});

describe('a plan that was accepted', () => {
  const { state } = given(...HISTORY.authored);
  const digest = `sha256:${'d'.repeat(64)}` as const;
  const plan = { schema: 'plan.v1', digest, fields: {} };
  const done = (step: string, over: object) => ({
    ...state.runs[0],
    step,
    state: 'success',
    ...over,
  });
  const planned = (by: { id: number; login: string }[] | null) =>
    ({
      ...state,
      status: 'success',
      created: { ...createdOf(state), command: 'plan', graph: planGraph() },
      runs: [
        done('plan', {
          executor: { kind: 'agent', role: 'planner' },
          produced: { handover: plan },
        }),
        done('clarify', {}),
      ],
      approvals: by ? [{ action: 'plan.accept', status: 'used', by }] : [],
    }) as unknown as typeof state;

  it('is gone on from by everybody but whoever alone accepted it', () => {
    const expected = { task: 'one', step: 'plan', role: 'planner', schema: 'plan.v1', digest };
    expect(acceptedPlan('one', planned([REVIEWER]), MAINTAINER)).toEqual(expected);
    expect(acceptedPlan('one', planned([REVIEWER]), REVIEWER)).toBeNull();
    expect(acceptedPlan('one', planned([REVIEWER, MAINTAINER]), REVIEWER)).toEqual(expected);
    expect(acceptedPlan('one', planned(null), REVIEWER)).toEqual(expected);
    expect(acceptedPlan('one', state, MAINTAINER)).toBeNull();
  });
});
