/** Who one is here, what one may, and what one has open. */
import { useQuery } from '@tanstack/react-query';
import type { FromApi } from '../api/client.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Answered } from '../states/answered.tsx';
import { meQuery } from './queries.ts';
import { Sessions } from './sessions.tsx';
import css from './settings.module.css';
import { Tokens } from './tokens.tsx';

type Me = FromApi<'Me'>;

export function Settings() {
  const me = useQuery(meQuery);
  return (
    <Answered query={me} what="who you are" title="Settings">
      {known => (
        <>
          <PageTitle title="Settings" />
          <Who me={known} />
          <Sessions />
          {known.mayNot.makeTokens === null && <Tokens />}
        </>
      )}
    </Answered>
  );
}

const KINDS: Record<Me['kind'], string> = {
  person: 'on GitHub',
  operator: 'at a shell of this deployment',
  token: 'a machine token',
};

function Who({ me }: { me: Me }) {
  const { kind, name, id, mayApprove, repositories, repositoryCount, roles } = me;
  const more = repositoryCount - repositories.length;
  return (
    <section aria-labelledby="who" className={css.part}>
      <h2 id="who">You</h2>
      <p>
        You are <strong>{name}</strong>, {KINDS[kind]}
        {id !== null && kind === 'person' && <> (id {id})</>}.{' '}
        {mayApprove
          ? 'What you approve counts where the rules and your role in the repository let it.'
          : 'You approve nothing: only people whom GitHub knows do.'}
      </p>
      <h3>Roles here</h3>
      {roles.length === 0 ? (
        <p className={css.quiet}>
          None. Whoever operates Gatehouse grants them in its file of roles.
        </p>
      ) : (
        <ul>
          {roles.map(({ role, repositories: over }) => (
            <li key={role}>
              {ROLES[role]}{' '}
              {over === null ? 'of the whole deployment' : `of ${repositoriesInWords(over.length)}`}
            </li>
          ))}
        </ul>
      )}
      <h3>Repositories</h3>
      {repositories.length === 0 ? (
        <p className={css.quiet}>
          None. Gatehouse has to be installed on a repository that you may read, and your access is
          what GitHub says.
        </p>
      ) : (
        <ul className={css.repositories}>
          {repositories.map(({ id: repository, name: called, role }) => (
            <li key={repository}>
              {called ?? `repository ${repository}`} <span className={css.quiet}>{role}</span>
            </li>
          ))}
          {more > 0 && <li className={css.quiet}>and {more} more</li>}
        </ul>
      )}
    </section>
  );
}

const repositoriesInWords = (number: number): string =>
  number === 1 ? 'one repository' : `${number} repositories`;

const ROLES: Record<Me['roles'][number]['role'], string> = {
  operator: 'Operator',
  policy_admin: 'Policy admin',
  auditor: 'Auditor',
};
