/** The first page: in half a minute, what waits, what fails, what is stuck, and what is spent. */

import { PageTitle } from '../show/page-title.tsx';
import css from './home.module.css';
import { Spending } from './spending.tsx';
import { TaskTile } from './task-tile.tsx';
import { WaitingForYou } from './waiting-for-you.tsx';

export function Home() {
  return (
    <>
      <PageTitle title="Home" />
      <div className={css.tiles}>
        <WaitingForYou />
        <TaskTile
          title="Waiting for people"
          none="No task waits for a person."
          query={{ waitsOn: 'person', sort: 'waiting' }}
          all={{ turn: 'person' }}
        />
        <TaskTile
          title="Failing"
          none="No task has failed."
          query={{ status: 'failure', sort: 'updated' }}
          all={{ turn: 'nobody', status: 'failure' }}
        />
        <TaskTile
          title="Stuck"
          none="Every task has moved within the time that such work takes."
          query={{ stuck: 'true', sort: 'waiting' }}
          all={{ stuck: true }}
        />
        <Spending />
      </div>
    </>
  );
}
