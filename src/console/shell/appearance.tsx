/** The choice of colours and contrast. */
import { SunIcon } from '@primer/octicons-react';
import { ActionList, ActionMenu, IconButton } from '@primer/react';
import { CONTRASTS, MODES, useTheme } from './theme.ts';

const MODE_NAMES = { system: 'As the system', light: 'Light', dark: 'Dark' };
const CONTRAST_NAMES = { system: 'As the system', normal: 'Normal', high: 'High' };

export function Appearance() {
  const [theme, choose] = useTheme();
  return (
    <ActionMenu>
      <ActionMenu.Anchor>
        <IconButton icon={SunIcon} aria-label="Appearance" variant="invisible" />
      </ActionMenu.Anchor>
      <ActionMenu.Overlay>
        <ActionList>
          <ActionList.Group selectionVariant="single">
            <ActionList.GroupHeading>Colours</ActionList.GroupHeading>
            {MODES.map(mode => (
              <ActionList.Item
                key={mode}
                selected={mode === theme.mode}
                onSelect={() => choose({ mode, contrast: theme.contrast })}
              >
                {MODE_NAMES[mode]}
              </ActionList.Item>
            ))}
          </ActionList.Group>
          <ActionList.Group selectionVariant="single">
            <ActionList.GroupHeading>Contrast</ActionList.GroupHeading>
            {CONTRASTS.map(contrast => (
              <ActionList.Item
                key={contrast}
                selected={contrast === theme.contrast}
                onSelect={() => choose({ mode: theme.mode, contrast })}
              >
                {CONTRAST_NAMES[contrast]}
              </ActionList.Item>
            ))}
          </ActionList.Group>
        </ActionList>
      </ActionMenu.Overlay>
    </ActionMenu>
  );
}
