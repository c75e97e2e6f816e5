/** The first page. */
import { Empty } from '../states/state.tsx';

export function Home() {
  return (
    <>
      <h1>Home</h1>
      <Empty title="Nothing is shown here yet">
        Tasks are on GitHub, at their issues and pull requests, and in <code>gatehouse list</code>.
      </Empty>
    </>
  );
}
