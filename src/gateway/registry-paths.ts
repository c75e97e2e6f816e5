/** Which of the operator's registries has what a run asks for, and what may be read there. */
import type { RegistryRoute } from '../engine/ports/gateway.ts';

/**
 * `routes`: those of one name. A package's scope stands in the path of all that is its. npm asks for what a
 * lockfile names at another registry below the folder of the one that it knows.
 */
export function locate(
  path: string,
  routes: readonly RegistryRoute[],
): { registry: RegistryRoute; path: string } | { refused: string } {
  const plain = path.replace(/%40/g, '@').replace(/%2f/gi, '/');
  const has = (scope: string) => plain.includes(`/${scope}/`);
  const all = routes.find(({ scope }) => scope === null);
  const scoped = routes.find(({ scope }) => scope !== null && has(scope));
  if (!scoped) {
    const elsewhere = all?.except.find(has);
    if (elsewhere !== undefined)
      return {
        refused: `${elsewhere} has a registry of its own, which this run was not granted: policy denies it, or no .npmrc, package.json or lockfile at the top of the repository or in "directory" names the scope`,
      };
    const scopes = routes.map(({ scope }) => scope).join(', ');
    return all
      ? { registry: all, path }
      : { refused: `this run may read the packages of ${scopes} alone` };
  }
  const folder = all ? new URL(all.upstream).pathname.replace(/\/$/, '') : '';
  const its = foldersOf(scoped).some(own => own.startsWith(`${folder}/`) && path.startsWith(own));
  const isBelow = path.startsWith(`${folder}/`) && !its;
  return { registry: scoped, path: isBelow ? path.slice(folder.length) : path };
}

/** Each with a slash at its end. */
const foldersOf = ({ upstream, paths }: RegistryRoute): string[] =>
  [new URL(upstream).pathname, ...paths].map(folder => folder.replace(/\/?$/, '/'));

/** What stands in paths of packages and of their files; `%40`, `%2b` and the like stand for themselves. */
const PLAIN = /^(?:[\w.@+~!,=:-]|%(?:40|2b|21|3d|7e|3a))*$/i;

/** Below one of its folders, in a spelling that the registry can't read as another path. */
export function mayRead(path: string, registry: RegistryRoute): boolean {
  const segments = path.replace(/(\/@[\w.-]+)%2f/gi, '$1/').split('/');
  if (segments.slice(1, -1).includes('')) return false;
  if (!segments.every(segment => PLAIN.test(segment) && !/^\.\.?$/.test(segment))) return false;
  return foldersOf(registry).some(folder => path.startsWith(folder));
}
