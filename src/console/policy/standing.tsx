/** What each action would be answered in the usual case, and every text that says so. */
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import page from '../show/page.module.css';
import { Said } from '../show/said.tsx';
import { Table } from '../show/table.tsx';
import { Partial } from '../states/state.tsx';
import { OutcomeLabel } from './outcome.tsx';

export function Standing({ policy }: { policy: FromApi<'PolicyStanding'> }) {
  const { repository, commit, digest, faults, answers, texts } = policy;
  return (
    <>
      <p className={page.quiet}>
        What policy answers in {repository} in the usual case: nothing was found, the checks are
        green, nobody has approved yet. As it stands at commit {commit.slice(0, 10)}, by the
        policies <code>{digest.slice(0, 19)}</code>. <Link to="/agents">Agents</Link> lists the
        roles.
      </p>
      {faults.map(({ file, line, message }) => (
        <Partial key={`${file}:${line} ${message}`}>
          {file} line {line}: {message}. Nothing is permitted here until it is corrected.
        </Partial>
      ))}
      <Table
        label="Answers"
        columns={[
          { title: 'Action' },
          { title: 'Answer' },
          { title: 'Why', long: true },
          { title: 'Policies' },
        ]}
        rows={answers.map(({ action, outcome, reasons, approval, policies }) => ({
          key: action,
          cells: [
            action,
            <OutcomeLabel key="outcome" outcome={outcome} />,
            <Why key="why" reason={reasons[0] ?? ''} approval={approval} />,
            policies.join(', ') || 'no policy',
          ],
        }))}
      />
      <h2>The policies</h2>
      {texts.map(({ name, text, origin }) => (
        <details key={name}>
          <summary className={page.summary}>
            {name}
            {origin !== 'deployment' && ', of the repository'}
          </summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys. */}
          <pre className={page.text} tabIndex={0}>
            {text}
          </pre>
        </details>
      ))}
    </>
  );
}

export const Why = ({ reason, approval }: { reason: string; approval: string | null }) => (
  <>
    <Said text={reason} />
    {approval !== null && ` Approval by ${approval}.`}
  </>
);
