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
  kind: 'permission' | 'event';
  name: string;
  wanted: string | null;
  granted: string | null;
};

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
  return [...permissions, ...subscribed].filter(
    // GitHub grants this one with any other.
    each => each.wanted !== each.granted && !(each.name === 'metadata' && each.wanted === null),
  );
}
