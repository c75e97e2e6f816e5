/** What surrounds every page: the header, the navigation, the keyboard and the skip link. */
import { QuestionIcon, SearchIcon, ThreeBarsIcon } from '@primer/octicons-react';
import { IconButton, TextInput } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { Live } from '../live/live.tsx';
import { meQuery } from '../settings/queries.ts';
import { Appearance } from './appearance.tsx';
import { useFocusOnNewPage } from './focus.ts';
import { KeyboardHelp } from './keyboard-help.tsx';
import { moveRow, useKeyboard, useShortcuts } from './keys.ts';
import { NAVIGATION } from './navigation.ts';
import { placeFor } from './place-for.ts';
import css from './shell.module.css';
import { useSystemContrast } from './theme.ts';
import { Who } from './who.tsx';

export function Shell() {
  const [help, setHelp] = useState(false);
  const [open, setOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const isSignedOut = me.error instanceof ApiProblem && me.error.status === 401;
  const operates = me.data?.mayNot.operate === null;
  const pages = NAVIGATION.filter(({ operators }) => operates || !operators);
  const path = useRouterState({ select: state => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu of a narrow screen.
  useEffect(() => setOpen(false), [path]);
  useFocusOnNewPage(path);
  useKeyboard();
  useSystemContrast();
  useShortcuts([
    { keys: '?', says: 'Show the keyboard shortcuts', run: () => setHelp(true) },
    { keys: '/', says: 'Search tasks', run: () => search.current?.focus() },
    { keys: 'j', says: 'Next row', run: () => moveRow(1) },
    { keys: 'k', says: 'Previous row', run: () => moveRow(-1) },
    ...pages.map(({ to, title, keys }) => ({
      keys,
      says: `Go to ${title}`,
      run: () => void navigate({ to }),
    })),
  ]);
  const find = (event: FormEvent) => {
    event.preventDefault();
    const text = search.current?.value.trim();
    if (text) void navigate(placeFor(text));
  };
  return (
    <>
      <a className={css.skip} href="#main">
        Skip to the content
      </a>
      <header className={css.header}>
        <IconButton
          className={css.menu}
          icon={ThreeBarsIcon}
          aria-label="Navigation"
          aria-expanded={open}
          variant="invisible"
          onClick={() => setOpen(!open)}
        />
        <Link to="/" className={css.name}>
          Gatehouse
        </Link>
        <search className={css.search}>
          <form onSubmit={find}>
            <TextInput
              ref={search}
              block
              type="search"
              aria-label="Search tasks"
              placeholder="Search tasks"
              leadingVisual={SearchIcon}
            />
          </form>
        </search>
        <Who />
        <Appearance />
        <IconButton
          icon={QuestionIcon}
          aria-label="Keyboard shortcuts"
          variant="invisible"
          onClick={() => setHelp(true)}
        />
      </header>
      <div className={css.below}>
        <nav className={css.navigation} aria-label="Pages" data-open={open}>
          {pages.map(({ to, title, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              className={css.place}
              activeOptions={{ exact: to === '/' }}
              activeProps={{ 'aria-current': 'page' }}
            >
              <Icon aria-hidden /> {title}
            </Link>
          ))}
        </nav>
        <main id="main" tabIndex={-1} className={css.main}>
          {!isSignedOut && <Live />}
          <Outlet />
        </main>
      </div>
      {help && <KeyboardHelp onClose={() => setHelp(false)} />}
    </>
  );
}
