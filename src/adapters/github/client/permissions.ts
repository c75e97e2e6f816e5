/** What each kind of call needs: a token is never wider than the call it is made for. */

export type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;

export const NEEDS = {
  facts: {
    metadata: 'read',
    contents: 'read',
    issues: 'read',
    pull_requests: 'read',
    checks: 'read',
    statuses: 'read',
    actions: 'read',
    deployments: 'read',
    members: 'read',
  },
  talk: { metadata: 'read', issues: 'write', pull_requests: 'write' },
  check: { metadata: 'read', checks: 'write' },
  pull: { metadata: 'read', contents: 'write', pull_requests: 'write' },
  /** Merging and pushing may carry workflow files; policy has decided on them before. */
  merge: { metadata: 'read', contents: 'write', pull_requests: 'write', workflows: 'write' },
  /** Deploying, and answering the gate of a deployment. */
  deploy: { metadata: 'read', contents: 'read', deployments: 'write' },
  /** Operators who let workflows be dispatched grant more than `app.yml` asks for. */
  dispatch: { metadata: 'read', contents: 'read', actions: 'write' },
  fetch: { metadata: 'read', contents: 'read' },
  push: { metadata: 'read', contents: 'write', workflows: 'write' },
} as const satisfies Record<string, Permissions>;

export type Need = keyof typeof NEEDS;

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/** What of the needed permissions is not granted, as `name: level`. */
export function missingOf(
  needed: Permissions,
  granted: Readonly<Record<string, string>>,
): string[] {
  const held = permissionsWithin(needed, granted);
  return Object.entries(needed)
    .filter(([name, level]) => held[name] !== level)
    .map(([name, level]) => `${name}: ${level}`);
}

/** The needed permissions as far as they are granted: asking for more makes GitHub refuse the token. */
export function permissionsWithin(
  needed: Permissions,
  granted: Readonly<Record<string, string>>,
): Permissions {
  const held: Record<string, Level> = {};
  for (const [name, level] of Object.entries(needed)) {
    const rank = RANK[granted[name] ?? ''] ?? 0;
    if (rank >= (RANK[level] ?? 0)) held[name] = level;
    else if (rank > 0) held[name] = 'read';
  }
  return held;
}
