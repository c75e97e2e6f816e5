/** What the task changes: the last work that was accepted. */
import { getRouteApi } from '@tanstack/react-router';
import { ChangeView } from '../diff/change.tsx';

const route = getRouteApi('/tasks/$task/change');

export function TaskChange() {
  const { task } = route.useParams();
  return (
    <>
      <h2>Change</h2>
      <ChangeView task={task} of={{}} />
    </>
  );
}
