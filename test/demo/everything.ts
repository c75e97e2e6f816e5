/** Everything that a walk leaves: what Gatehouse keeps, the log, GitHub. For what must be in none of it. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { streamName } from '../../src/core/stream.ts';
import type { Environment } from './environment.ts';
import type { Summary } from './watch.ts';

export type Left = { kind: 'file' | 'event' | 'GitHub'; name: string; content: Buffer | string };

export async function* everything(environment: Environment, summary: Summary): AsyncIterable<Left> {
  const { home, gatehouse, repository } = environment;
  for await (const path of filesBelow(home)) {
    // The database removes files of its own at any time.
    const content = await readFile(path).catch(() => '');
    yield { kind: 'file', name: relative(home, path), content };
  }
  const { log } = gatehouse.parts;
  for await (const stream of log.streams())
    for await (const event of log.read(stream)) {
      const name = `${streamName(stream)} #${event.seq}`;
      yield { kind: 'event', name, content: JSON.stringify(event) };
    }
  for (const name of await pathsOf(environment, summary)) {
    const content = JSON.stringify(await shown(environment, name));
    yield { kind: 'GitHub', name, content };
  }
  const history = ['-C', repository.directory, 'log', '--patch', '--all'];
  const { stdout } = await execa('git', history, { maxBuffer: 256 * 1024 ** 2 });
  yield { kind: 'GitHub', name: 'the history of the repository', content: stdout };
}

/** What the walk has written on GitHub, or caused to be. Pull requests are among the issues. */
async function pathsOf(
  environment: Environment,
  { pullRequest, approvals }: Summary,
): Promise<string[]> {
  const threads = '/issues?state=all';
  const issues = (await shown(environment, threads)) as { number: number }[];
  const heads = new Set(approvals.flatMap(({ head }) => head ?? []));
  return [
    threads,
    ...issues.map(({ number }) => `/issues/${number}/comments`),
    ...(pullRequest ? [`/pulls/${pullRequest.number}/reviews`] : []),
    ...[...heads].map(head => `/commits/${head}/check-runs`),
  ];
}

async function shown({ github, users, at }: Environment, path: string): Promise<unknown> {
  const { status, data } = await github.as(users.mona).request('GET', `${at}${path}`);
  if (status !== 200) throw new Error(`GET ${path}: ${status}`);
  return data;
}

/** Files only: a link leads to one of them, or out. */
async function* filesBelow(folder: string): AsyncIterable<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}
