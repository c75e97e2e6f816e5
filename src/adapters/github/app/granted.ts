/** Compares what the App was granted with what `app.yml` asks for. */
import { parse } from 'yaml';
import { z } from 'zod';

const Manifest = z.looseObject({
  default_permissions: z.record(z.string(), z.string()).default({}),
  default_events: z.array(z.string()).default([]),
});

type Grants = { permissions: Record<string, string>; events: string[] };

/** `wanted` is what `app.yml` says, `granted` what GitHub has; `null` where it is not there. */
export type GrantDifference = {
  /** `optional`: what operators may add, of which nothing is missing that `app.yml` asks for. */
  kind: 'permission' | 'event' | 'optional';
  name: string;
  wanted: string | null;
  granted: string | null;
};

/** Dispatching the repository's own workflow takes it; a GitHub deployment does not. */
export const OPTIONAL = { name: 'actions', wanted: 'write' };

/** Every difference, in order of name; empty where both agree. `manifest` is the text of `app.yml`. */
export function grantDifferences(manifest: string, granted: Grants): GrantDifference[] {
  const { default_permissions: wanted, default_events: events } = Manifest.parse(parse(manifest));
  const names = new Set([...Object.keys(wanted), ...Object.keys(granted.permissions)]);
  const permissions = [...names].sort().map(name => ({
    kind: 'permission' as const,
    name,
    wanted: wanted[name] ?? null,
    granted: granted.permissions[name] ?? null,
  }));
  const subscribed = [...new Set([...events, ...granted.events])].sort().map(name => ({
    kind: 'event' as const,
    name,
    wanted: events.includes(name) ? 'subscribed' : null,
    granted: granted.events.includes(name) ? 'subscribed' : null,
  }));
  const optional = { kind: 'optional' as const, ...OPTIONAL };
  const has = granted.permissions[OPTIONAL.name] ?? null;
  const given = permissions.filter(({ name }) => name !== OPTIONAL.name || has !== OPTIONAL.wanted);
  return [...given, ...subscribed, { ...optional, granted: has }].filter(
    // GitHub grants this one with any other.
    each => each.wanted !== each.granted && !(each.name === 'metadata' && each.wanted === null),
  );
}
