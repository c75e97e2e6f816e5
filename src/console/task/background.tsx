/** What a task rests on: where it comes from, its branch, whose text it reads, what proves it, and its rounds. */
import type { ReactNode } from 'react';
import type { FromApi } from '../api/client.ts';
import { Said } from '../show/said.tsx';
import css from './task.module.css';

type TaskFromApi = FromApi<'Task'>;

const ORIGINS: Record<TaskFromApi['origin']['kind'], string> = {
  issue: 'an issue, by a command or a label',
  pull: 'a pull request, by a command or a label',
  opened: 'a new issue',
  check: 'a failing check',
  call: 'a call',
  console: 'a person, in the console or by the API',
  backlog: 'a backlog',
  schedule: 'a schedule',
  hook: 'a hook of another task',
  dispatch: 'a `repository_dispatch` event',
  deployment: 'a workflow that is to deploy',
};

const PROOFS: Record<TaskFromApi['proof'][number], string> = {
  reproduced: 'the tests were red before',
  tests: 'the tests are green with the change',
  lint: 'the lint command is green with the change',
};

const AFTER: Record<TaskFromApi['reworks'][number]['origin'], string> = {
  comment: 'a comment',
  check: 'a failing check',
  conflict: 'a conflict',
  acceptance: 'it was not accepted',
  call: 'a call',
};

export function Background({ task }: { task: TaskFromApi }) {
  const { origin, base, taint, proof, reworks } = task;
  return (
    <section>
      <h2>What it rests on</h2>
      <dl className={css.caps}>
        <Fact name="Comes from">
          <Said text={ORIGINS[origin.kind]} />
        </Fact>
        <Fact name="Is for the branch">
          <code>{base}</code>
        </Fact>
        <Fact name="Proved by">{proof.map(each => PROOFS[each]).join(', ') || 'nothing yet'}</Fact>
        {taint.length > 0 && (
          <Fact name="Reads text that is not trusted">
            {taint.map(({ source, reason }) => (
              <div key={`${source} ${reason}`}>
                <bdi>{source}</bdi>: <Said text={reason} />
              </div>
            ))}
          </Fact>
        )}
      </dl>
      {reworks.length > 0 && (
        <>
          <h3>Rounds</h3>
          <ul className={css.list}>
            {reworks.map(({ round, origin: after, by, instructions }) => (
              <li key={round}>
                Round {round}, after {AFTER[after]}
                {by !== null && ` by ${by.login}`}
                {instructions !== '' && (
                  <details>
                    <summary>What was asked</summary>
                    <p className={css.told} dir="auto">
                      {instructions}
                    </p>
                  </details>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
