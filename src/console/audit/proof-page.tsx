/** What proves a task: its chain, its replay, its decisions, and its record as a file. */
import { Button } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { API_ROOT } from '../shell/address.ts';
import { counted } from '../show/count.ts';
import { OUTCOMES } from '../show/outcome.ts';
import { Said } from '../show/said.tsx';
import { Answered } from '../states/answered.tsx';
import { decisionsQuery } from '../task/queries.ts';
import css from './audit.module.css';
import { replayQuery, verdictQuery } from './queries.ts';

const route = getRouteApi('/tasks/$task/proof');

export function ProofPage() {
  const { task } = route.useParams();
  return (
    <>
      <Chain task={task} />
      <Replay task={task} />
      <Decisions task={task} />
      <Record task={task} />
    </>
  );
}

function Chain({ task }: { task: string }) {
  const [anchors, setAnchors] = useState(false);
  const query = useQuery(verdictQuery(task, anchors));
  return (
    <section aria-labelledby="chain">
      <h2 id="chain">Its events are what was written</h2>
      <Answered query={query} what="the verdict">
        {({ ok, events, head, problem, anchors: compared, notOurs }) =>
          ok ? (
            <>
              <p>
                <strong>Yes.</strong> Each of {counted(events ?? 0, 'event')} has the hash that the
                next one names, and agrees with the kept head, the ledger and the checkpoints
                {compared !== null &&
                  compared > 0 &&
                  `, and with ${compared === 1 ? 'the anchor' : `the ${compared} anchors`} on GitHub that ${compared === 1 ? 'names' : 'name'} this task`}
                .
              </p>
              {notOurs !== null && notOurs > 0 && (
                <p>
                  {counted(notOurs, 'more anchor')} on GitHub {notOurs === 1 ? 'names' : 'name'} it
                  and {notOurs === 1 ? 'was' : 'were'} not compared, because another key than the
                  App's present one signed {notOurs === 1 ? 'it' : 'them'}. Where the key was
                  replaced, <code>gatehouse verify --anchors --key earlier.pub</code> compares{' '}
                  {notOurs === 1 ? 'it' : 'them'}.
                </p>
              )}
              {compared === 0 && notOurs === 0 && (
                <p>
                  No anchor on GitHub names this task yet. Anchors are written every so often to the
                  check runs of open pull requests.
                </p>
              )}
              <p className={css.hash}>
                <code>{head}</code>
              </p>
            </>
          ) : (
            <p className={css.fault} role="alert">
              <strong>No.</strong> {problem}. Compare with an export from before, and look who can
              write to the database.
            </p>
          )
        }
      </Answered>
      <div className={css.buttons}>
        <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
          Verify again
        </Button>
        {!anchors && (
          <Button onClick={() => setAnchors(true)}>Compare with the check runs on GitHub</Button>
        )}
      </div>
    </section>
  );
}

function Replay({ task }: { task: string }) {
  const query = useQuery(replayQuery(task));
  return (
    <section aria-labelledby="replay">
      <h2 id="replay">A replay comes to the same</h2>
      <Answered query={query} what="the replay">
        {({ replay, decisions }) =>
          replay === 'identical' ? (
            <p>
              <strong>Yes.</strong> Its state was folded anew. Of{' '}
              {counted(decisions.retaken, 'decision')} taken again from what was kept,{' '}
              {decisions.same} came out the same.
            </p>
          ) : (
            <p className={css.fault} role="alert">
              <strong>No.</strong> {replay}.
            </p>
          )
        }
      </Answered>
      <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
        Replay again
      </Button>
    </section>
  );
}

function Decisions({ task }: { task: string }) {
  const query = useQuery(decisionsQuery(task));
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">What policy decided</h2>
      <Answered query={query} what="the decisions">
        {({ decisions }) => (
          <ol className={css.found}>
            {decisions.map(({ seq, action, resource, outcome, reasons }) => (
              <li key={seq}>
                <Link to="/tasks/$task/replay" params={{ task }} search={{ event: seq }} data-row>
                  {action} on {resource}: {OUTCOMES[outcome]}
                </Link>
                {reasons[0] !== undefined && (
                  <span className={css.reason}>
                    <Said text={reasons[0]} />
                  </span>
                )}
              </li>
            ))}
          </ol>
        )}
      </Answered>
    </section>
  );
}

function Record({ task }: { task: string }) {
  const file = new URL(`api/v1/tasks/${encodeURIComponent(task)}/export`, API_ROOT).href;
  return (
    <section aria-labelledby="record">
      <h2 id="record">Its record</h2>
      <p>
        <a href={file} download>
          Export it
        </a>
        : its events with the facts and policies of each decision. It is checked on any machine,
        without a database:
      </p>
      <pre className={css.commands}>
        {`gatehouse verify --file ${task}.jsonl\ngatehouse replay --file ${task}.jsonl`}
      </pre>
    </section>
  );
}
