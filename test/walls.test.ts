/** Every import in src is allowed by the table of walls, and the check of it can fail. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge, unusedExports } from './walls/judge.ts';
import { readSource } from './walls/source.ts';

const root = resolve(import.meta.dirname, '..');

it('hold everywhere', () => {
  const paths = globSync(['src/**/*.{ts,tsx,cjs}', 'test/simulator/**/*.ts'], {
    cwd: root,
    exclude: ['src/adapters/store/generated/**', 'src/console/api/schema.d.ts'],
  });
  expect(paths.length).toBeGreaterThan(20);
  const sources = paths.map(path => readSource(path, readFileSync(join(root, path), 'utf8')));
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const declared = {
    running: new Set(Object.keys(dependencies)),
    building: new Set(Object.keys(devDependencies)),
  };
  expect(judge(sources, declared)).toEqual([]);
  const tests = globSync('test/**/*.ts', { cwd: root, exclude: ['test/fixtures/**'] });
  const texts = tests.map(path => readFileSync(join(root, path), 'utf8'));
  expect(unusedExports(sources, texts)).toEqual([]);
});

/** The faults of made-up files, in a project that has these packages. */
const declared = {
  running: new Set(['zod', 'probot', 'bullmq', 'pino']),
  building: new Set(['react']),
};
const faults = (files: Record<string, string>) =>
  judge(
    Object.entries(files).map(([path, text]) => readSource(path, text)),
    declared,
  );

describe('a broken wall is found', () => {
  it.each([
    ['src/core/decide.ts', "import { readFile } from 'node:fs/promises';", 'node:fs/promises'],
    [
      'src/core/decide.ts',
      "import type { Policy } from '../policy/load.ts';",
      'src/policy/load.ts (types)',
    ],
    ['src/policy/decide.ts', "export { x } from '../engine/handle.ts'; x;", 'src/engine/handle.ts'],
    [
      'src/patch/judge.ts',
      "const { load } = await import('../adapters/store/log.ts');",
      'src/adapters/store/log.ts',
    ],
    ['src/engine/handle.ts', "import { Probot } from 'probot';", 'probot'],
    ['src/engine/ports/queue.ts', "import { Queue } from 'bullmq';", 'bullmq'],
    [
      'src/adapters/queue/add.ts',
      "import { log } from '../store/log.ts';",
      'src/adapters/store/log.ts',
    ],
    [
      'src/adapters/queue/add.ts',
      "import { handle } from '../../engine/handle.ts';",
      'src/engine/handle.ts',
    ],
    ['src/adapters/queue/add.ts', "import { Probot } from 'probot';", 'probot'],
    [
      'src/gateway/proxy.ts',
      "type Log = import('../adapters/store/log.ts').Log;",
      'src/adapters/store/log.ts (types)',
    ],
    ['src/control/serve.ts', "import '../adapters/github/app.ts';", 'src/adapters/github/app.ts'],
    ['src/cli/status.ts', "import { compose } from '../compose.ts';", 'src/compose.ts'],
    [
      'src/console/board.ts',
      "import { tasks } from '../control/tasks.ts';",
      'src/control/tasks.ts',
    ],
    ['src/boot/lock.cjs', "const { z } = require('zod');", 'zod'],
    [
      'test/simulator/github.ts',
      "import { Role } from '../../src/core/actor.ts';",
      'src/core/actor.ts',
    ],
  ])('%s: %s', (path, text, what) => {
    expect(faults({ [path]: text })).toEqual([`${path}: may not import ${what}`]);
  });

  it('what the table allows passes', () => {
    expect(
      faults({
        'src/core/decide.ts': "import { z } from 'zod'; import { a } from './graph.ts';",
        'src/adapters/queue/add.ts':
          "import { Queue } from 'bullmq'; import type { Job } from '../../engine/ports/queue.ts';",
        'src/console/board.tsx':
          "import type { Tasks } from '../control/tasks.ts'; import { memo } from 'react'; memo(() => <p>x</p>);",
        'src/compose.ts': "import { log } from './adapters/store/log.ts'; import pino from 'pino';",
      }),
    ).toEqual([]);
  });

  it.each([
    ['Date.now()', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['Math.random()', 'Math.random'],
    ['process.env.HOME', 'process.env'],
    ['crypto.randomUUID()', 'crypto.randomUUID'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ["fetch('x')", 'fetch'],
  ])('%s is not pure', (code, use) => {
    const text = `export const x = () => ${code};`;
    expect(faults({ 'src/core/x.ts': text })).toEqual([`src/core/x.ts: is pure, but uses ${use}`]);
    expect(faults({ 'src/gateway/x.ts': text })).toEqual([]);
  });

  it('a date that is given is no clock', () => {
    expect(faults({ 'src/core/x.ts': 'export const x = (now: string) => new Date(now);' })).toEqual(
      [],
    );
  });

  it('circles are found, also those of types, but for those of types in the local GitHub', () => {
    const circle = {
      'src/core/a.ts': "import { b } from './b.ts';",
      'src/core/b.ts': "import { c } from './c.ts';",
      'src/core/c.ts': "import { a } from './a.ts';",
    };
    expect(faults(circle)).toEqual([
      'imports in a circle: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts',
    ]);
    const types = { ...circle, 'src/core/c.ts': "import type { a } from './a.ts';" };
    expect(faults(types)).toEqual(faults(circle));
    const local = {
      'test/simulator/a.ts': "import type { B } from './b.ts';",
      'test/simulator/b.ts': "import { a } from './a.ts';",
    };
    expect(faults(local)).toEqual([]);
  });

  it('a type that is two things is found, a schema and its type are one', () => {
    const schema = 'export const Move = z.string(); export type Move = z.infer<typeof Move>;';
    expect(faults({ 'src/core/move.ts': schema })).toEqual([]);
    for (const other of [
      'export type Move = string;',
      'type Move = string;',
      'interface Move {}',
      'class Move {}',
      'const Move = z.string();',
    ])
      expect(faults({ 'src/core/move.ts': schema, 'src/policy/step.ts': other })).toEqual([
        'the type Move is several things: src/core/move.ts, src/policy/step.ts',
      ]);
    // What no file exports may be called alike: nobody meets two of them.
    expect(
      faults({ 'src/core/a.ts': 'type Line = string;', 'src/core/b.ts': 'type Line = number;' }),
    ).toEqual([]);
  });

  it('an exported value that no other file uses is found', () => {
    const sources = Object.entries({
      'src/core/a.ts':
        'export const used = 1; export const dead = 2; export type T = 1; export function f() {}',
      'src/core/b.ts': "import { used } from './a.ts'; export const whole = used;",
      'src/core/c.ts': "import * as b from './b.ts'; await import('./d.ts'); b;",
      'src/core/d.ts': 'export class Lazy {}',
    }).map(([path, text]) => readSource(path, text));
    expect(unusedExports(sources, ['f()'])).toEqual([
      'src/core/a.ts: exports dead, which no other file uses',
    ]);
  });

  it('an object literal that is spread into an object literal is found', () => {
    const fault = 'src/core/x.ts: spreads an object literal into an object literal';
    for (const [code, expected] of [
      ['{ ...{ a, b }, c }', [fault]],
      ['{ ...given, c }', []],
      ['[...[a, b], c]', []],
    ] as const)
      expect(faults({ 'src/core/x.ts': `export const x = ${code};` })).toEqual(expected);
  });

  it('a package that only another package brings along is found', () => {
    expect(faults({ 'src/compose.ts': "import Fastify from 'fastify';" })).toEqual([
      'src/compose.ts: imports fastify, which is no dependency in package.json',
    ]);
    // The console is built, so that what it is built of is no dependency of what runs.
    expect(faults({ 'src/compose.ts': "import { memo } from 'react';" })).toHaveLength(1);
  });

  it('rooms and names without a subject, barrels and long files are found', () => {
    expect(faults({ 'src/stuff/x.ts': '' })).toEqual([expect.stringMatching(/is in no room/)]);
    for (const name of ['utils', 'helpers', 'common', 'types', 'index', 'misc'])
      expect(faults({ [`src/core/${name}.ts`]: '' })).toEqual([
        `src/core/${name}.ts: has a name without a subject`,
      ]);
    expect(faults({ 'src/core/helpers/x.ts': '' })).toHaveLength(1);
    expect(
      faults({ 'src/core/all.ts': "export * from './a.ts'; export { b } from './b.ts';" }),
    ).toEqual(['src/core/all.ts: only passes on what others export']);
    expect(faults({ 'src/core/long.ts': '\n'.repeat(301) })).toEqual([
      'src/core/long.ts: has 301 lines, more than 300',
    ]);
  });
});
