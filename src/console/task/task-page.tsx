/** One task: its header, and below it what the address names. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { Answered } from '../states/answered.tsx';
import { Acts } from './acts.tsx';
import { taskQuery } from './queries.ts';
import { TaskHeader } from './task-header.tsx';
import { TaskTabs } from './task-tabs.tsx';

const route = getRouteApi('/tasks/$task');

export function TaskPage() {
  const { task } = route.useParams();
  const query = useQuery(taskQuery(task));
  return (
    <Answered query={query} what="the task" title="Task">
      {shown => (
        <>
          <TaskHeader task={shown} />
          <Acts task={shown} />
          <TaskTabs task={task} />
          <Outlet />
        </>
      )}
    </Answered>
  );
}
