/** How the console is built: `npm run build` writes `dist/console`. */
import { globSync, readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const THEME = /@primer\/primitives\/dist\/css\/functional\/themes\/[\w-]+\.css$/;
const NAME = /--[\w-]+/g;

export default defineConfig({
  root: 'src/console',
  // Relative addresses work under every path; the server says on each page where the console stands.
  base: './',
  plugins: [onlyUsedColours(), react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    // The content security policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    // The first load names what it needs; the polyfill for browsers without preloading would be more code.
    modulePreload: { polyfill: false },
    target: 'es2023',
    chunkSizeWarningLimit: 1_000,
  },
});

/** A theme has 1,900 variables, of which the console and its components use less than half. */
function onlyUsedColours(): Plugin {
  const used = new Set<string>();
  for (const file of globSync([
    'src/console/**/*.{css,tsx}',
    'node_modules/@primer/react/dist/**/*.{css,js}',
  ]))
    for (const [name] of readFileSync(file, 'utf8').matchAll(NAME)) used.add(name);
  return {
    name: 'only-used-colours',
    enforce: 'pre',
    transform(code, id) {
      if (!THEME.test(id)) return null;
      const css = code.replace(/\/\*[\s\S]*?\*\//g, '');
      const declared = [...css.matchAll(/(--[\w-]+):([^;]+);/g)];
      const kept = new Set(used);
      // A colour may be made of others.
      for (let before = 0; before !== kept.size; ) {
        before = kept.size;
        for (const [, name = '', value = ''] of declared)
          if (kept.has(name)) for (const [other] of value.matchAll(NAME)) kept.add(other);
      }
      return css.replace(/(--[\w-]+):[^;]+;/g, (all, name) => (kept.has(name) ? all : ''));
    },
  };
}
