/** The chosen theme. `public/theme.js` applies it before the first paint, this when it is changed. */
import { useEffect } from 'react';
import { useStored } from './stored.ts';

export const MODES = ['system', 'light', 'dark'] as const;
export const CONTRASTS = ['system', 'normal', 'high'] as const;
type Theme = { mode: (typeof MODES)[number]; contrast: (typeof CONTRASTS)[number] };

function themeOf(stored: string): Theme {
  const [first, second] = stored.split(' ');
  return {
    mode: MODES.find(mode => mode === first) ?? 'system',
    contrast: CONTRASTS.find(contrast => contrast === second) ?? 'system',
  };
}

function apply({ mode, contrast }: Theme): void {
  const root = document.documentElement.dataset;
  const more = window.matchMedia('(prefers-contrast: more)').matches;
  const high = contrast === 'high' || (contrast === 'system' && more);
  root.colorMode = mode === 'system' ? 'auto' : mode;
  root.lightTheme = high ? 'light_high_contrast' : 'light';
  root.darkTheme = high ? 'dark_high_contrast' : 'dark';
}

/** The system's contrast may change while the page is shown; its colours are followed by the styles. */
export function useSystemContrast(): void {
  const [stored] = useStored('theme');
  useEffect(() => {
    const system = window.matchMedia('(prefers-contrast: more)');
    const follow = () => apply(themeOf(stored));
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [stored]);
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [stored, store] = useStored('theme');
  const choose = (theme: Theme) => {
    store(`${theme.mode} ${theme.contrast}`);
    apply(theme);
  };
  return [themeOf(stored), choose];
}
