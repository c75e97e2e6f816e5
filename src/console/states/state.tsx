/** The states that a part of a page can be in instead of showing what it is for, each with what to do next. */
import { Button, LinkButton, Spinner } from '@primer/react';
import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/problem.ts';
import { signInAddress } from '../shell/sign-in-address.ts';
import { Said } from '../show/said.tsx';
import { NextStep } from './next-step.tsx';
import css from './state.module.css';

export function Loading({ what }: { what: string }) {
  return (
    <div className={css.loading} role="status">
      <Spinner size="small" srText={null} /> Loading {what} …
    </div>
  );
}

/** Nothing is there; `children` say how something comes to be there. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={css.state}>
      <h2>{title}</h2>
      <div className={css.quiet}>{children}</div>
    </div>
  );
}

/** It could not be read. Where the person may not see it, asking again does not help. */
export function Failed({ problem, again }: { problem: ApiProblem; again: () => void }) {
  if (problem.status === 401) return <SignedOut />;
  if (problem.status === 403) return <Forbidden problem={problem} />;
  return (
    <div className={css.state} role="alert">
      <h2>{problem.status === 404 ? 'Nothing is here' : 'This could not be loaded'}</h2>
      <p>
        <Said text={problem.message} />
      </p>
      <div className={css.quiet}>
        <NextStep problem={problem} />
      </div>
      <Button onClick={again}>Try again</Button>
    </div>
  );
}

export function Forbidden({ problem }: { problem: ApiProblem }) {
  return (
    <div className={css.state} role="alert">
      <h2>You may not see this</h2>
      <p>
        <Said text={problem.message} />
      </p>
      <p className={css.quiet}>
        <Said
          text={
            problem.next || 'Ask somebody who administers the repository or operates Gatehouse.'
          }
        />
      </p>
    </div>
  );
}

function SignedOut() {
  return (
    <div className={css.state} role="alert">
      <h2>You are not signed in</h2>
      <p>
        Sign in with GitHub. On the machine where Gatehouse runs, <code>gatehouse open</code> signs
        in as its operator.
      </p>
      <LinkButton href={signInAddress()} variant="primary">
        Sign in with GitHub
      </LinkButton>
    </div>
  );
}

/** Some of it is missing; the rest is shown below. */
export function Partial({ children }: { children: ReactNode }) {
  return (
    <div className={css.note} role="note">
      {/* One part: words and commands of a sentence stay together. */}
      <div>{children}</div>
    </div>
  );
}

/** What is shown was right at that time, and could not be read again since. */
export function Stale(props: { problem: ApiProblem; since: Date; again: () => void }) {
  const { problem, since, again } = props;
  return (
    <div className={css.note} role="status">
      <span>
        <Said text={problem.message} /> {problem.status !== 0 && <Said text={`${problem.next} `} />}
        This is how it stood at {since.toLocaleTimeString()}.
      </span>
      <Button size="small" onClick={again}>
        Try again
      </Button>
    </div>
  );
}
