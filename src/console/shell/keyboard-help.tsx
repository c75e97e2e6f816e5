/** `?`: every shortcut that works on this page, and the switch that turns single keys off. */
import { Checkbox, Dialog, FormControl } from '@primer/react';
import css from './keyboard-help.module.css';
import { useAllShortcuts, useSingleKeys } from './keys.ts';

export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const shortcuts = useAllShortcuts();
  const [on, set] = useSingleKeys();
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} width="large">
      <FormControl>
        <Checkbox checked={on} onChange={event => set(event.target.checked)} />
        <FormControl.Label>Single keys work</FormControl.Label>
        <FormControl.Caption>
          Switch them off where your software for speech or access types into pages.
        </FormControl.Caption>
      </FormControl>
      <dl className={css.table}>
        {shortcuts.map(({ keys, says }) => (
          <div key={keys} className={css.row}>
            <dt>
              {keys.split(' ').map(key => (
                <kbd key={key} className={css.key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
        <div className={css.row}>
          <dt>
            <kbd className={css.key}>Enter</kbd>
          </dt>
          <dd>Open the focused row</dd>
        </div>
      </dl>
    </Dialog>
  );
}
