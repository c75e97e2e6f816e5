/** Who is signed in, in the header of every page; it leads to what they may, and to signing out. */
import { PersonIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem.ts';
import { meQuery } from '../settings/queries.ts';
import css from './shell.module.css';

export function Who() {
  const { data, error } = useQuery(meQuery);
  const hasEnded = error instanceof ApiProblem && error.status === 401;
  if (data === undefined || hasEnded) return null;
  return (
    <Link to="/settings" className={css.who}>
      <PersonIcon aria-hidden />
      <span className={css.login}>{data.name}</span>
      <span className={css.spoken}>, your settings</span>
    </Link>
  );
}
