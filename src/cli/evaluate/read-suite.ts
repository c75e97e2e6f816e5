/** Reads a suite and all that it names on this machine, or names every fault with its line. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import {
  type EvaluationProfile,
  EvaluationSuite,
  type Grader,
} from '../../core/evaluation/suite.ts';
import type { PlannedGrader } from '../../engine/evaluation/grade-work.ts';
import type { HiddenFile } from '../../engine/evaluation/lay-over.ts';
import type { SuiteTask } from '../../engine/evaluation/plan-tasks.ts';
import { parseYaml } from '../../engine/policies/yaml-text.ts';
import { faultLine } from '../../policy/fault.ts';
import { givenText } from '../given-text.ts';

/** Folders are absolute. */
export type ReadSuite = Pick<EvaluationSuite, 'repeat' | 'budget' | 'thresholds' | 'regression'> & {
  file: string;
  tasks: SuiteTask[];
  profiles: ({ name: string } & EvaluationProfile)[];
};

const LARGEST = 64 * 1024;
/** All hidden files of one grader. */
const MOST_HIDDEN = { files: 500, bytes: 16 * 1024 * 1024 };

/** `file`: also the folder from which what it names is looked for. */
export async function readSuite(
  file: string,
): Promise<{ ok: true; suite: ReadSuite } | { ok: false; faults: string[] }> {
  const read = parseYaml(
    file,
    await givenText(file, LARGEST, 'the file of a suite'),
    EvaluationSuite,
  );
  if (!read.ok) return { ok: false, faults: read.faults.map(faultLine) };
  const faults: string[] = [];
  const fault = (path: PropertyKey[], message: string) =>
    void faults.push(
      faultLine({ file, ...read.placeOf(path), message: `${path.join('.')}: ${message}` }),
    );
  const at = (path: string) => resolve(dirname(file), path);
  /** The folder, which has to be there. */
  const folder = async (path: PropertyKey[], given: string) => {
    const found = at(given);
    if (!(await isFolder(found))) fault(path, `there is no folder ${found}`);
    return found;
  };
  const { tasks, profiles, ...rest } = read.value;
  const readTasks: SuiteTask[] = [];
  for (const [name, task] of Object.entries(tasks)) {
    const path = ['tasks', name];
    const place = isAddress(task.repository)
      ? task.repository
      : await folder([...path, 'repository'], task.repository);
    const isRepository = isAddress(task.repository) || (await isGit(place));
    if (isRepository && !task.commit)
      fault([...path, 'repository'], '`commit` is missing: say at which commit of it to begin');
    if (!isRepository && task.commit)
      fault(
        [...path, 'commit'],
        `${place} is no git repository, and is taken as it is: leave it out`,
      );
    const graders: PlannedGrader[] = [];
    for (const [index, grader] of task.graders.entries()) {
      const to = [...path, 'graders', index, 'hidden'];
      const hidden = 'hidden' in grader && grader.hidden ? await folder(to, grader.hidden) : null;
      const files = hidden ? await filesIn(hidden).catch(problem => problem.message) : [];
      if (typeof files === 'string') fault(to, files);
      else graders.push({ name: nameOf(grader), grader, folder: hidden, hidden: files });
    }
    readTasks.push({ ...task, name, place, commit: task.commit ?? null, graders });
  }
  const readProfiles: ReadSuite['profiles'] = [];
  for (const [name, { agents, simulation, roles }] of Object.entries(profiles)) {
    const path = ['profiles', name];
    readProfiles.push({
      name,
      roles,
      ...(agents ? { agents: await folder([...path, 'agents'], agents) } : {}),
      ...(simulation ? { simulation: await folder([...path, 'simulation'], simulation) } : {}),
    });
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, suite: { ...rest, file, tasks: readTasks, profiles: readProfiles } };
}

/** As people are told of it. */
const nameOf = (grader: Grader): string =>
  'command' in grader ? grader.command.join(' ') : 'change';

/** `https://…`, `git@host:…`; not `./folder`. */
const isAddress = (place: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\/|^[^/@]+@[^/:]+:/i.test(place);

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  );

/** The root of a clone, or a bare repository; a folder in one is a folder. */
const isGit = async (path: string): Promise<boolean> =>
  (await isThere(join(path, '.git'))) ||
  ((await isThere(join(path, 'HEAD'))) && (await isFolder(join(path, 'objects'))));

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function filesIn(folder: string): Promise<HiddenFile[]> {
  if (!(await isFolder(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const link = entries.find(entry => entry.isSymbolicLink());
  if (link) throw new Error(`${join(link.parentPath, link.name)} is a link: put the file there`);
  const files: HiddenFile[] = [];
  let bytes = 0;
  for (const entry of entries.filter(each => each.isFile())) {
    const full = join(entry.parentPath, entry.name);
    const { mode, size } = await stat(full);
    bytes += size;
    if (files.length >= MOST_HIDDEN.files || bytes > MOST_HIDDEN.bytes)
      throw new Error(
        `${folder} has more than ${MOST_HIDDEN.files} files or ${MOST_HIDDEN.bytes} bytes`,
      );
    const content = await readFile(full);
    files.push({ path: relative(folder, full), content, executable: (mode & 0o100) !== 0 });
  }
  if (files.length === 0) throw new Error(`there is no file in ${folder}`);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
