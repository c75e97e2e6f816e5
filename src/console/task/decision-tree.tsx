/** Why a decision is as it is: which policies apply, which determined it, and what would change it. */
import type { FromApi } from '../api/client.ts';
import { Said } from '../show/said.tsx';
import css from './task.module.css';

export function DecisionTree({ explained }: { explained: FromApi<'ExplainedDecision'> }) {
  const { decision, asked, changes } = explained;
  return (
    <div className={css.told}>
      <Results results={[decision.tree]} />
      {asked.map(({ action, resource, outcome, policies }) => (
        <section key={`${action} ${resource}`}>
          <p>
            <code>{action}</code> on {resource}: {outcome}
          </p>
          <ul className={css.list}>
            {policies.map(policy => (
              <li key={policy.id} className={policy.applies ? undefined : css.quiet}>
                {policy.determined ? <strong>{policy.id}</strong> : policy.id} ({policy.effect},{' '}
                {policy.applies ? 'applies' : 'does not apply'}): <Said text={policy.reason} />{' '}
                <code>
                  {policy.file}:{policy.line}
                </code>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {changes.length > 0 && (
        <>
          <p>What alone would lead to another answer:</p>
          <ul className={css.list}>
            {changes.map(({ change, outcome }) => (
              <li key={change}>
                <Said text={change} />: {outcome}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Results({ results }: { results: FromApi<'ResultTree'>[] }) {
  return (
    <ul className={css.list}>
      {results.map((result, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tree of a decision never changes.
        <li key={at}>
          {result.name}: {result.outcome}
          {result.reason !== '' && (
            <>
              {', '}
              <Said text={result.reason} />
            </>
          )}
          {result.children.length > 0 && <Results results={result.children} />}
        </li>
      ))}
    </ul>
  );
}
