/** Where the console and the API stand: under any path, as the server says on the page. */
const named = document.querySelector<HTMLMetaElement>('meta[name="console-root"]')?.content ?? './';

export const CONSOLE_ROOT = new URL(named, window.location.href);
export const API_ROOT = new URL('../', CONSOLE_ROOT);
