/** A recorded decision, taken again with today's policies. Nothing comes of it. */
import { Button } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { todayQuery } from '../audit/queries.ts';
import { OUTCOMES } from '../show/outcome.ts';
import { Said } from '../show/said.tsx';
import { Answered } from '../states/answered.tsx';

export function Today({ task, seq }: { task: string; seq: number }) {
  const [asked, setAsked] = useState<number | null>(null);
  return (
    <section aria-labelledby="today">
      <h2 id="today">With today's policies</h2>
      {asked === seq ? (
        <Decided task={task} seq={seq} />
      ) : (
        <Button onClick={() => setAsked(seq)}>Decide again</Button>
      )}
    </section>
  );
}

function Decided({ task, seq }: { task: string; seq: number }) {
  const query = useQuery(todayQuery(task, seq));
  return (
    <Answered query={query} what="the decision">
      {({ was, now, flips, explanation }) => (
        <>
          <p>
            <strong>
              {flips
                ? `It was ${OUTCOMES[was]}, and would be ${OUTCOMES[now]}.`
                : `It would be ${OUTCOMES[now]} again.`}
            </strong>
          </p>
          <ul>
            {explanation.decision.reasons.map(reason => (
              <li key={reason}>
                <Said text={reason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Answered>
  );
}
