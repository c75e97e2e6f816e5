/** The first page: in half a minute, what waits, what fails, what is stuck, and what is spent. */
import css from './home.module.css';
import { Spending } from './spending.tsx';
import { TaskTile } from './task-tile.tsx';
import { WaitingForYou } from './waiting-for-you.tsx';

export function Home() {
  return (
    <>
      <h1>Home</h1>
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
          title="Longest at work"
          none="Gatehouse works on no task."
          query={{ waitsOn: 'gatehouse', sort: 'waiting' }}
          all={{ turn: 'gatehouse' }}
        />
        <Spending />
      </div>
    </>
  );
}
