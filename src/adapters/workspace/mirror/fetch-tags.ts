/**
 * Makes the tags of a mirror what the remote's are: tags are added to commits that the mirror has long had,
 * moved and deleted. Only those whose commit the mirror has are of interest.
 */
import { createHash } from 'node:crypto';
import { git } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { fetchTips } from './fetch.ts';
import { listRefs, type RepositorySource, remoteAccess } from './remote-access.ts';

/** A tag by its object; `commit`: what it stands for, which of an annotated tag is another object. */
type Tag = { object: string; commit: string };
type Tags = ReadonlyMap<string, Tag>;

/** `before`: what the remote said the last time. Returns what it says now. */
export async function fetchTags(
  settings: WorkspaceSettings,
  mirror: string,
  source: RepositorySource,
  before: string | null,
): Promise<string> {
  const listed = await askRemote(settings, mirror, source);
  const said = createHash('sha256').update(listed).digest('hex');
  if (said !== before) await follow(settings, mirror, source, read(listed, '\t'));
  return said;
}

async function follow(
  settings: WorkspaceSettings,
  mirror: string,
  source: RepositorySource,
  theirs: Tags,
): Promise<void> {
  const ours = await tagsOf(mirror);
  const other = [...theirs].filter(([ref, { object }]) => ours.get(ref)?.object !== object);
  const here = await objectsHere(
    mirror,
    other.flatMap(([, { object, commit }]) => [object, commit]),
  );
  const wanted = other.filter(([, { commit }]) => here.has(commit));
  // A tag that was moved to a commit which the mirror does not have stands for nothing here.
  const gone = [...ours.keys()].filter(ref => {
    const now = theirs.get(ref);
    return !now || (now.object !== ours.get(ref)?.object && !here.has(now.commit));
  });
  const absent = new Set(wanted.map(([, { object }]) => object).filter(each => !here.has(each)));
  await fetchTips(settings, mirror, source, [...absent]);
  // To fetch them by their names takes git a time that grows with the square of their number.
  await updateRefs(
    mirror,
    gone.map(ref => `delete ${ref}`),
  );
  await updateRefs(
    mirror,
    wanted.map(([ref, { object }]) => `update ${ref} ${object}`),
  );
}

/** First those that go, then those that come: where one is gone, another may be named below it. */
async function updateRefs(mirror: string, lines: readonly string[]): Promise<void> {
  const input = lines.map(line => `${line}\n`).join('');
  if (input !== '') await git(['update-ref', '--stdin'], { dir: mirror, input });
}

async function askRemote(
  settings: WorkspaceSettings,
  dir: string,
  { remote }: RepositorySource,
): Promise<Buffer> {
  const access = await remoteAccess(settings, remote);
  return listRefs(['--tags', remote.url], { ...access, dir });
}

async function tagsOf(mirror: string): Promise<Tags> {
  const format = '--format=%(objectname) %(refname)';
  return read(await git(['for-each-ref', format, 'refs/tags/'], { dir: mirror }), ' ');
}

/** Reads lines of an object and a name; `<name>^{}` is what the annotated tag before it stands for. */
function read(listed: Buffer, separator: string): Tags {
  const tags = new Map<string, Tag>();
  for (const line of listed.toString().split('\n')) {
    const at = line.indexOf(separator);
    if (at < 0) continue;
    const [object, name] = [line.slice(0, at), line.slice(at + 1)];
    const peeled = name.endsWith('^{}') ? name.slice(0, -'^{}'.length) : null;
    const of = peeled === null ? undefined : tags.get(peeled);
    if (peeled !== null && of) tags.set(peeled, { ...of, commit: object });
    else tags.set(name, { object, commit: object });
  }
  return tags;
}

/** Those of the objects that the mirror has. */
async function objectsHere(mirror: string, objects: readonly string[]): Promise<Set<string>> {
  if (objects.length === 0) return new Set();
  const asked = await git(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    dir: mirror,
    input: objects.map(object => `${object}\n`).join(''),
  });
  // What it does not have is listed as "<object> missing".
  const lines = asked.toString().split('\n');
  return new Set(lines.flatMap(line => /^([0-9a-f]+) (?!missing)/.exec(line)?.[1] ?? []));
}
