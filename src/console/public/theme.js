/**
 * Sets the chosen theme before the first paint: this runs while the head is read, as a file of its
 * own because the content security policy forbids inline scripts. `shell/theme.ts` stores the choice.
 */
(() => {
  const root = document.documentElement;
  let chosen = '';
  try {
    chosen = localStorage.getItem('gatehouse.theme') ?? '';
  } catch {
    // Storage may be forbidden; then the system's theme is shown.
  }
  const [mode, contrast] = chosen.split(' ');
  if (mode === 'light' || mode === 'dark') root.dataset.colorMode = mode;
  if (
    contrast === 'high' ||
    (contrast !== 'normal' && matchMedia('(prefers-contrast: more)').matches)
  ) {
    root.dataset.lightTheme = 'light_high_contrast';
    root.dataset.darkTheme = 'dark_high_contrast';
  }
})();
