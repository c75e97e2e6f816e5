/** Filters that a person keeps under a name, in this browser. */
import { BookmarkIcon, TrashIcon } from '@primer/octicons-react';
import { Button, FormControl, IconButton, TextInput } from '@primer/react';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useStored } from '../shell/stored.ts';
import css from './board.module.css';
import { readTaskSearch, type TaskSearch } from './search.ts';

type SavedView = { name: string; search: TaskSearch };

function readViews(stored: string): SavedView[] {
  try {
    const list: unknown = JSON.parse(stored || '[]');
    if (!Array.isArray(list)) return [];
    return list.map(each => ({ name: String(each.name), search: readTaskSearch(each.search) }));
  } catch {
    return [];
  }
}

export function SavedViews({ search }: { search: TaskSearch }) {
  const [stored, store] = useStored('views');
  const [naming, setNaming] = useState(false);
  const views = readViews(stored);
  const keep = (list: SavedView[]) => store(JSON.stringify(list));
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    if (name === '') return;
    keep([...views.filter(view => view.name !== name), { name, search }]);
    setNaming(false);
  };
  return (
    <div className={css.views}>
      {views.map(view => (
        <span key={view.name} className={css.view}>
          <Link to="/tasks" search={view.search}>
            {view.name}
          </Link>
          <IconButton
            icon={TrashIcon}
            size="small"
            variant="invisible"
            aria-label={`Remove the view ${view.name}`}
            onClick={() => keep(views.filter(other => other !== view))}
          />
        </span>
      ))}
      {naming ? (
        <form className={css.view} onSubmit={save}>
          <FormControl>
            <FormControl.Label visuallyHidden>Name of the view</FormControl.Label>
            <TextInput name="name" placeholder="Name of the view" maxLength={60} autoFocus />
          </FormControl>
          <Button type="submit">Save</Button>
        </form>
      ) : (
        <Button leadingVisual={BookmarkIcon} variant="invisible" onClick={() => setNaming(true)}>
          Save this view
        </Button>
      )}
    </div>
  );
}
