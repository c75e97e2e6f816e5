/** The table of walls: what each room may import; and the check of all files against it. */
import type { Import, Source } from './source.ts';

type Wall = {
  /** The folder or file; the first that matches counts. `adapters/*` stands for each one by itself. */
  room: string;
  /** Rooms it may import besides itself. */
  rooms: string[];
  /** Rooms of which it may import types only. */
  types?: string[];
  /** Packages; `node:` for all of Node's own modules. */
  packages: string[];
  /** Neither clock nor randomness nor I/O. */
  pure?: boolean;
};

export const WALLS: Wall[] = [
  { room: 'src/boot.cjs', rooms: ['src/boot'], packages: ['node:'] },
  { room: 'src/boot', rooms: [], packages: ['node:'] },
  { room: 'src/core', rooms: [], packages: ['zod', 'unbash', 'croner'], pure: true },
  {
    room: 'src/policy',
    rooms: ['src/core'],
    packages: ['zod', '@cedar-policy/cedar-wasm', 'node:crypto', 'node:module'],
    pure: true,
  },
  {
    room: 'src/patch',
    rooms: ['src/core'],
    packages: [
      'zod',
      '@lezer/common',
      '@lezer/lr',
      '@lezer/go',
      '@lezer/javascript',
      '@lezer/python',
      '@lezer/rust',
      '@secretlint/secretlint-rule-preset-recommend',
    ],
    pure: true,
  },
  {
    room: 'src/toolchain',
    rooms: ['src/core'],
    packages: ['zod', 'smol-toml', 'jsonc-parser'],
    pure: true,
  },
  { room: 'src/engine/ports', rooms: ['src/core'], packages: [] },
  {
    room: 'src/engine',
    rooms: ['src/core', 'src/policy', 'src/patch', 'src/toolchain'],
    packages: ['zod', 'yaml', 'safe-stable-stringify', 'node:'],
  },
  outside('agents', [
    '@agentclientprotocol/sdk',
    '@ai-sdk/anthropic',
    '@ai-sdk/google',
    '@ai-sdk/mcp',
    '@ai-sdk/openai',
    '@ai-sdk/openai-compatible',
    'ai',
    'execa',
    'yaml',
  ]),
  outside('artifacts', ['aws4fetch']),
  outside('github', [
    '@octokit/auth-app',
    '@octokit/graphql',
    '@octokit/request-error',
    '@octokit/rest',
    '@octokit/webhooks',
    'json-with-bigint',
    'micromark',
    'micromark-extension-gfm-footnote',
    'micromark-extension-gfm-table',
    'micromark-util-normalize-identifier',
    'openid-client',
    'probot',
    'yaml',
  ]),
  outside('local-repositories', ['execa']),
  outside('metrics', ['prom-client']),
  outside('prices', ['@pydantic/genai-prices']),
  outside('queue', ['bullmq', 'ioredis', 'pg']),
  outside('sandbox', ['execa']),
  outside('secrets', []),
  outside('store', ['@prisma/adapter-pg', '@prisma/client', 'pg', 'execa']),
  outside('toolchain', ['execa']),
  outside('traces', [
    '@opentelemetry/api',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace',
  ]),
  outside('webhooks', ['standardwebhooks']),
  outside('workspace', ['execa']),
  { room: 'src/gateway', rooms: ['src/engine/ports', 'src/core'], packages: ['zod', 'node:'] },
  {
    room: 'src/control',
    rooms: ['src/engine', 'src/policy', 'src/core'],
    packages: ['zod', 'hono', '@hono/node-server', '@hono/zod-openapi', 'node:'],
  },
  {
    room: 'src/cli',
    rooms: ['src/engine', 'src/policy', 'src/toolchain', 'src/core'],
    packages: ['zod', 'yaml', 'commander', 'node:'],
  },
  {
    room: 'src/console',
    rooms: [],
    types: ['src/control'],
    packages: [
      '@dagrejs/dagre',
      '@primer/octicons-react',
      '@primer/primitives',
      '@primer/react',
      '@tanstack/react-query',
      '@tanstack/react-router',
      '@tanstack/react-virtual',
      'anser',
      'openapi-fetch',
      'react',
      'react-diff-view',
      'react-dom',
      'uplot',
    ],
  },
  { room: 'src/config.ts', rooms: ['src/config', 'src/core'], packages: ['zod', 'node:'] },
  { room: 'src/config', rooms: ['src/core'], packages: ['zod', 'node:'] },
  { room: 'src/compose.ts', rooms: ['src'], packages: ['*'] },
  { room: 'src/compose', rooms: ['src'], packages: ['*'] },
  { room: 'src/main.ts', rooms: ['src/compose.ts', 'src/config.ts', 'src/cli'], packages: ['*'] },
  // The local GitHub knows nothing of Gatehouse.
  { room: 'test/simulator', rooms: [], packages: ['*'] },
];

/** An adapter: the ports, core's types, its own outside library; never another adapter. */
function outside(name: string, packages: string[]): Wall {
  return {
    room: `src/adapters/${name}`,
    rooms: ['src/engine/ports', 'src/core'],
    packages: ['zod', 'node:', ...packages],
  };
}

const within = (path: string, room: string) => path === room || path.startsWith(`${room}/`);
const COLD = /(^|\/)(utils?|helpers?|common|misc|types|index)(\/|\.[a-z]+$)/;
/** Lines after which a file has more than one subject. */
const LONG = 300;

/** The packages that package.json names: dependencies of what runs, and those of what is built. */
export type Declared = { running: ReadonlySet<string>; building: ReadonlySet<string> };

export function judge(sources: Source[], declared: Declared): string[] {
  return [
    ...sources.flatMap(source => judgeSource(source, declared)),
    ...cycles(sources),
    ...ambiguousTypes(sources),
  ];
}

/** Exported values that no other file imports. `texts`: of the tests, in which a name may stand anywhere. */
export function unusedExports(sources: Source[], texts: readonly string[]): string[] {
  const imported = new Map<string, Set<string> | null>();
  for (const { imports } of sources)
    for (const { to, names } of imports) {
      const before = imported.get(to);
      if (names === null) imported.set(to, null);
      else if (before !== null) imported.set(to, new Set([...(before ?? []), ...names]));
    }
  const tested = new Set(texts.flatMap(text => text.match(/\w+/g) ?? []));
  return sources
    .filter(({ path }) => path.startsWith('src/') && !path.includes('.generated.'))
    .filter(({ path }) => imported.get(path) !== null)
    .flatMap(({ path, exports }) =>
      exports
        .filter(name => !imported.get(path)?.has(name) && !tested.has(name))
        .map(name => `${path}: exports ${name}, which no other file uses`),
    );
}

function judgeSource(source: Source, declared: Declared): string[] {
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`${source.path}: ${text}`);
  const own = source.path.startsWith('src/');
  const wall = WALLS.find(({ room }) => within(source.path, room));
  if (wall === undefined) {
    if (own) fault('is in no room: see the table of rooms in docs/architecture.md');
  } else {
    for (const found of source.imports)
      if (!mayImport(wall, found))
        fault(`may not import ${found.to}${found.typeOnly ? ' (types)' : ''}`);
    if (wall.pure) for (const use of source.ambient) fault(`is pure, but uses ${use}`);
  }
  if (!own) return faults;
  const packages = within(source.path, 'src/console') ? declared.building : declared.running;
  for (const { to, own } of source.imports)
    if (!own && !to.startsWith('node:') && !packages.has(to))
      fault(`imports ${to}, which is no dependency in package.json`);
  if (COLD.test(source.path)) fault('has a name without a subject');
  if (source.barrel) fault('only passes on what others export');
  if (source.spreadLiterals > 0) fault('spreads an object literal into an object literal');
  if (source.lines > LONG) fault(`has ${source.lines} lines, more than ${LONG}`);
  return faults;
}

function mayImport(wall: Wall, { to, own, typeOnly }: Import): boolean {
  if (!own)
    return wall.packages.some(
      name => name === '*' || name === to || (name === 'node:' && to.startsWith('node:')),
    );
  if (within(to, wall.room)) return true;
  if (wall.room.startsWith('test/') && !to.startsWith('src/')) return true;
  return [...wall.rooms, ...(typeOnly ? (wall.types ?? []) : [])].some(room => within(to, room));
}

/** Exported types whose name some other file gives to a type of its own. */
function ambiguousTypes(sources: Source[]): string[] {
  const own = sources.filter(({ path }) => path.startsWith('src/'));
  const declaredIn = new Map<string, Set<string>>();
  const exported = new Set<string>();
  for (const { path, types } of own)
    for (const type of types) {
      declaredIn.set(type.name, (declaredIn.get(type.name) ?? new Set()).add(path));
      if (type.exported) exported.add(type.name);
    }
  return [...declaredIn]
    .filter(([name, paths]) => exported.has(name) && paths.size > 1)
    .map(([name, paths]) => `the type ${name} is several things: ${[...paths].sort().join(', ')}`);
}

/**
 * Files that need each other, each circle once. In `src` types count as well: a circle of types is two
 * files that can't be understood one after the other.
 */
function cycles(sources: Source[]): string[] {
  const needs = new Map(
    sources.map(source => [
      source.path,
      source.imports
        .filter(({ own, typeOnly }) => own && (!typeOnly || source.path.startsWith('src/')))
        .map(found => found.to),
    ]),
  );
  const faults: string[] = [];
  const settled = new Set<string>();
  const visit = (path: string, trail: string[]) => {
    if (trail.includes(path)) {
      faults.push(
        `imports in a circle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`,
      );
      return;
    }
    if (settled.has(path)) return;
    for (const next of needs.get(path) ?? []) visit(next, [...trail, path]);
    settled.add(path);
  };
  for (const path of needs.keys()) visit(path, []);
  return faults;
}
