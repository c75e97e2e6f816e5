/** What tasks ask people: answered here, or on GitHub. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { counted } from '../show/count.ts';
import { Said } from '../show/said.tsx';
import { When } from '../show/when.tsx';
import { Refused } from '../states/refused.tsx';
import { AnswerForm } from '../task/answer-form.tsx';
import css from './approvals.module.css';
import { PAGE, useAct } from './queries.ts';

type AskedHere = FromApi<'InboxQuestion'>;

export function WaitingQuestions({ questions }: { questions: AskedHere[] }) {
  const [answered, setAnswered] = useState<string | null>(null);
  return (
    <>
      {answered !== null && <p role="status">You answered what "{answered}" asked.</p>}
      {questions.length > 0 && (
        <ul className={css.cards} aria-label="Questions">
          {questions.map(question => (
            <QuestionCard
              key={`${question.task} ${question.askedAt}`}
              asked={question}
              answered={() => setAnswered(question.title)}
            />
          ))}
        </ul>
      )}
      {questions.length >= PAGE && (
        <p className={css.quiet}>
          These are the {counted(PAGE, 'question')} that wait longest. The others are here once
          these are answered.
        </p>
      )}
    </>
  );
}

function QuestionCard({ asked, answered }: { asked: AskedHere; answered: () => void }) {
  const { task, repository, pull, issue, title, role, step, web } = asked;
  const act = useAct(task);
  const number = pull ?? issue;
  return (
    <li className={css.question}>
      <Link to="/tasks/$task" params={{ task }} className={css.card} data-row>
        <span className={css.what}>Answer a question</span>
        <span>{title}</span>
        <span className={css.asked}>
          <Said text={asked.question} />
        </span>
        <span className={css.quiet}>
          {repository}
          {number !== null && `#${number}`} · {asked.command} for {asked.requester} · step {step}
          {role !== null && ` (${role})`} · <When at={asked.askedAt} />
        </span>
      </Link>
      <details className={css.how}>
        <summary>How it is answered</summary>
        {asked.mayAnswer && (
          <AnswerForm
            busy={act.isPending}
            send={says => act.mutate({ act: 'retry', says }, { onSuccess: answered })}
          />
        )}
        <Refused error={act.error} />
        <p className={css.quiet}>
          {web === null ? 'On GitHub' : <a href={web}>On GitHub</a>}:{' '}
          <Said text={asked.howToAnswer} />
          {!asked.mayAnswer && ' It takes the role write.'}
        </p>
      </details>
    </li>
  );
}
