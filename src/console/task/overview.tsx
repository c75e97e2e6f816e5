/** What a task has done, does, and will do: its graph, its steps, and what its agents are at. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Said } from '../show/said.tsx';
import { Loading } from '../states/state.tsx';
import { Approvals } from './approvals.tsx';
import { Background } from './background.tsx';
import { Caps } from './caps.tsx';
import { Files } from './files.tsx';
import { taskQuery } from './queries.ts';
import { standingOf } from './standing.ts';
import { Steps } from './steps.tsx';
import css from './task.module.css';
import { WorkingAgents } from './working-agents.tsx';

const StepGraph = lazy(() => import('../show/graph.tsx').then(({ Graph }) => ({ default: Graph })));
const route = getRouteApi('/tasks/$task');

export function Overview() {
  const { task } = route.useParams();
  const { data } = useSuspenseQuery(taskQuery(task));
  return (
    <>
      {data.summary !== '' && (
        <section>
          <h2>What was done</h2>
          <p className={css.told}>
            <Said text={data.summary} />
          </p>
        </section>
      )}
      <Approvals task={data.id} approvals={data.approvals} />
      <WorkingAgents progress={data.progress} runs={data.runs} />
      <section>
        <h2>Graph</h2>
        <Suspense fallback={<Loading what="the graph" />}>
          <StepGraph
            of="steps"
            nodes={data.steps.map(step => ({ ...step, standing: standingOf(step, data) }))}
          />
        </Suspense>
      </section>
      <Steps task={data} />
      <Caps task={data} />
      <Background task={data} />
      <Files task={task} />
    </>
  );
}
