/** What the task changes: the last work that was accepted. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem.ts';
import { ChangeView } from '../diff/change.tsx';
import { diffQuery } from '../diff/queries.ts';
import { Empty } from '../states/state.tsx';

const route = getRouteApi('/tasks/$task/change');

export function TaskChange() {
  const { task } = route.useParams();
  const { error } = useQuery(diffQuery(task, {}));
  // Whoever may not see the task does not come to this page.
  const isNone = error instanceof ApiProblem && error.status === 404;
  return (
    <>
      <h2>Change</h2>
      {isNone ? (
        <Empty title="There is no change to show">
          It is here once work of this task is accepted, and for as long as its record is kept.
        </Empty>
      ) : (
        <ChangeView task={task} of={{}} />
      )}
    </>
  );
}
