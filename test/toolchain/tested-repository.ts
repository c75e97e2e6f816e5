/** Repositories are installed through the gateway and tested without a network, as `/agent test` does it. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { detectToolchain } from '../../src/adapters/toolchain/detect.ts';
import { writePackageManagerFiles } from '../../src/compose/machine/package-manager-files.ts';
import { testGraph } from '../../src/core/graph/graphs.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import {
  readRepositoryConfig,
  readRules,
} from '../../src/engine/intake/rules/repository-config.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { asTask } from '../../src/engine/streams.ts';
import type { InstallSettings } from '../../src/toolchain/registries.ts';
import { created, decided } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { REPOSITORY } from '../engine/github.ts';
import { openServices } from '../engine/test-services.ts';
import type { Files } from './project.ts';
import { CREDENTIAL, type Registries, startRegistries } from './registries/registries.ts';

type Tested = {
  runs: { step: string; state: string; failed: string | null; reason: string | null }[];
  /** All that the commands printed. */
  printed: string;
};

export type TestedRepositories = {
  registries: Registries;
  /** It has the packages of `@private` alone. */
  scoped: Registries;
  /** Where a sandbox sees the program; `null`: nowhere on this machine. */
  findProgram(name: string): Promise<string | null>;
  /** Runs `/agent test` in a repository with these files and nothing else. */
  testedIn(files: Files): Promise<Tested>;
  close(): Promise<void>;
};

/** Where the registries are, and what may be read beside the paths below. */
const OWN: [
  ecosystem: 'npm' | 'pypi' | 'go' | 'cargo' | 'maven' | 'rubygems' | 'packagist',
  path: string,
  beside: string[],
][] = [
  ['npm', '/npm/', []],
  ['pypi', '/simple/', ['/files/']],
  ['go', '/go/', []],
  ['cargo', '/index/', ['/crates/']],
  ['maven', '/maven/', []],
  ['rubygems', '/gems/', []],
  ['packagist', '/composer/', []],
];

export async function openTestedRepositories(): Promise<TestedRepositories> {
  const services = await openServices();
  const folder = await mkdtemp(join(tmpdir(), 'registries-'));
  const registries = await startRegistries(() => mkdtemp(join(folder, 'packages-')));
  const scoped = await startRegistries(() => mkdtemp(join(folder, 'packages-')));
  const scope = { url: `${scoped.origin}/hosted/`, secret: 'REGISTRY', paths: [], redirectsTo: [] };
  const install: InstallSettings = {
    npm: { hosts: [], env: {} },
    registries: new Map(
      OWN.map(([ecosystem, path, paths]) => [
        ecosystem,
        { url: `${registries.origin}${path}`, secret: 'REGISTRY', paths, redirectsTo: [] },
      ]),
    ),
    scopes: new Map([['@private', scope]]),
  };
  const folders = (process.env.GATEHOUSE_TOOLCHAINS ?? '').split(delimiter).filter(Boolean);
  const toolchain = await detectToolchain(process.env, [...rustToolchain(), ...folders]);
  const files = await writePackageManagerFiles(folder, install.registries);
  Object.assign(services, {
    secrets: new Map([['REGISTRY', { where: 'a test', read: async () => CREDENTIAL }]]),
  });
  Object.assign(services.settings, {
    install,
    toolchains: { binds: [...toolchain.binds, ...files], path: toolchain.path },
    limits: {
      ...services.settings.limits,
      wallMs: 120_000,
      tmpBytes: 500_000_000,
      memoryBytes: 2_000_000_000,
    },
  });
  let tasks = 0;
  return {
    registries,
    scoped,
    findProgram: toolchain.findProgram,
    async testedIn(files) {
      const empty = services.remote.git('rev-parse', 'main');
      const sha = await services.remote.commit(files, `repository-${++tasks}`, empty);
      const rules = await readRules(services, REPOSITORY, sha);
      if (!rules.ok) throw new Error(rules.faults.join());
      const base = { ref: 'main', sha, because: '' };
      const read = await readRepositoryConfig(services, REPOSITORY, rules, base);
      if (!read.ok) throw new Error(read.faults.join());
      const { config, toolchain } = read;
      const id = `install-${tasks}`;
      const graph = testGraph(config.commands);
      await beginTask(services.log, id, [
        created({ repository: REPOSITORY, issue: 100 + tasks, base, config, toolchain, graph }),
        decided('task.start', 'allow'),
        decided('run.start', 'allow', 'prepare-1-1'),
      ]);
      const stream = `task/${id}`;
      const never = new AbortController().signal;
      for (const key of ['attempt:prepare-1-1', 'decide:run.start:test-1-1', 'attempt:test-1-1'])
        await performEffect(services, { stream, key }, never);
      const { state } = asTask(await loadFolded(services.log, { kind: 'task', id }));
      const left = await services.artifacts.list(id);
      const texts = left.map(async ({ digest }) =>
        (await services.artifacts.get(digest)).toString(),
      );
      return {
        runs: state.runs.map(({ step, state, class: failed, reason }) => ({
          step,
          state,
          failed,
          reason,
        })),
        printed: (await Promise.all(texts)).join('\n'),
      };
    },
    async close() {
      await services.close();
      await Promise.all([registries.close(), scoped.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** rustup's own commands are no programs that a sandbox sees: the toolchain behind them is. */
function rustToolchain(): string[] {
  try {
    return [execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim()];
  } catch {
    return [];
  }
}
