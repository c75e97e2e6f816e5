/** Where a secret could appear, each as the texts that are there. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { PolicyDecision } from '../../../src/core/decision.ts';
import { streamName } from '../../../src/core/stream.ts';
import { runHere } from '../../cli/environment.ts';
import type { Watched } from './processes.ts';
import type { Walked } from './walks.ts';
import type { World } from './world.ts';

export type Text = { name: string; text: string };
export type Place = { name: string; texts: Text[] };

/** Exactly what the gate judges, and what an agent goes on with: see docs/security.md. */
const EXACT = new Set(['patch.pack', 'change.json', 'home.json']);

export async function placesOf(
  world: World,
  walked: readonly Walked[],
  { argv, environment }: Watched,
): Promise<Place[]> {
  const [files, github] = [await artifactsOf(world, walked), await githubOf(world, walked)];
  const isPatch = ({ name }: Text) => name.endsWith('patch.diff');
  return [
    { name: 'log', texts: [{ name: 'the log', text: world.log() }] },
    { name: 'events', texts: await eventsOf(world) },
    { name: 'facts', texts: await factsIn(world) },
    { name: 'artifacts', texts: files.filter(file => !isPatch(file)) },
    { name: 'patch', texts: files.filter(isPatch) },
    {
      name: 'live lines',
      texts: walked.map(({ task, followed }) => ({ name: task, text: followed })),
    },
    { name: 'API answers', texts: await answersOf(world, walked) },
    ...github,
    { name: 'argv', texts: argv.map(text => ({ name: text.slice(0, 80), text })) },
    { name: 'environment', texts: environment.map(text => ({ name: text.slice(0, 80), text })) },
  ];
}

export async function eventsOf({ environment }: Pick<World, 'environment'>): Promise<Text[]> {
  const { log } = environment.gatehouse.parts;
  const texts: Text[] = [];
  for await (const stream of log.streams())
    for await (const event of log.read(stream))
      texts.push({ name: `${streamName(stream)} ${event.type}`, text: JSON.stringify(event) });
  return texts;
}

/** What policy decided on, as it is kept for replay. */
async function factsIn({ environment }: World): Promise<Text[]> {
  const { log, artifacts } = environment.gatehouse.parts;
  const texts: Text[] = [];
  for await (const stream of log.streams())
    for await (const event of log.read(stream)) {
      if (event.type !== 'policy.decided') continue;
      const { decision } = event.data as { decision: PolicyDecision };
      const text = (await artifacts.get(decision.factsDigest)).toString('utf8');
      texts.push({ name: `${streamName(stream)} facts of ${decision.action}`, text });
    }
  return texts;
}

/** Each run's artifacts, the recorded exchanges with its model, and the folder that a person gets. */
async function artifactsOf({ environment, settings }: World, walked: readonly Walked[]) {
  const { artifacts } = environment.gatehouse.parts;
  const texts: Text[] = [];
  for (const { task } of walked) {
    for (const { run, name, digest } of await artifacts.list(task)) {
      if (EXACT.has(name)) continue;
      const text = (await artifacts.get(digest)).toString('utf8');
      texts.push({ name: `${task} ${run} ${name}`, text });
      if (name !== 'recording.json') continue;
      for (const { request, response } of JSON.parse(text).exchanges)
        for (const part of [request, response])
          if (part) texts.push({ name: `${run} exchange`, text: `${await artifacts.get(part)}` });
    }
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-secrets-'));
    const told = await runHere(['artifacts', task, '--to', join(folder, 'all')], settings);
    texts.push({ name: `${task} artifacts --to`, text: `${told.stdout}${told.stderr}` });
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile() && !EXACT.has(entry.name))
        texts.push({
          name: `${task} ${entry.name}`,
          text: await readFile(join(entry.parentPath, entry.name), 'utf8'),
        });
    await rm(folder, { recursive: true });
  }
  return texts;
}

/** What Gatehouse answers to programs. */
async function answersOf({ settings }: World, walked: readonly Walked[]): Promise<Text[]> {
  const texts: Text[] = [];
  const tell = async (...args: string[]) => {
    const { stdout, stderr } = await runHere(args, settings);
    texts.push({ name: args.join(' '), text: `${stdout}${stderr}` });
  };
  for (const { task } of walked) {
    await tell('status', task, '--json');
    await tell('status', task);
    await tell('logs', task, '--json');
    await tell('logs', task, '--raw', '--json');
    await tell('logs', task);
  }
  await tell('doctor', '--json');
  await tell('status', '--all', '--json');
  for (const path of ['/health', '/ready', '/nothing']) {
    const answer = await fetch(`http://127.0.0.1:${settings.PORT}${path}`);
    texts.push({ name: path, text: await answer.text() });
  }
  return texts;
}

/** What Gatehouse wrote on GitHub; what people wrote there is theirs. */
async function githubOf({ environment }: World, walked: readonly Walked[]): Promise<Place[]> {
  const { github, users } = environment;
  const comments: Text[] = [];
  const checks: Text[] = [];
  const pulls: Text[] = [];
  const branches: Text[] = [];
  const client = github.as(users.mona);
  for (const { fullName, directory } of walked.map(({ repository }) => repository)) {
    const get = async (path: string) =>
      (await client.request('GET', `/repos/${fullName}${path}`)).data;
    const add = (to: Text[], name: string, content: unknown) =>
      to.push({ name: `${fullName} ${name}`, text: JSON.stringify(content) });
    for (const issue of await get('/issues?state=all')) {
      if (issue.user.type === 'Bot') add(pulls, `#${issue.number}`, issue);
      for (const comment of await get(`/issues/${issue.number}/comments`))
        if (comment.user.type === 'Bot') add(comments, `#${issue.number}`, comment);
      if (!issue.pull_request) continue;
      add(pulls, 'reviews', await get(`/pulls/${issue.number}/reviews`));
      const { head } = await get(`/pulls/${issue.number}`);
      for (const run of (await get(`/commits/${head.sha}/check-runs`)).check_runs) {
        add(checks, run.name, run);
        add(checks, run.name, await get(`/check-runs/${run.id}/annotations`));
      }
    }
    const git = async (...args: string[]) =>
      (await execa('git', ['-C', directory, ...args], { maxBuffer: 256 * 1024 ** 2 })).stdout;
    branches.push({ name: fullName, text: await git('log', '--patch', '--all') });
    branches.push({ name: fullName, text: await git('for-each-ref') });
  }
  return [
    { name: 'comments', texts: comments },
    { name: 'checks', texts: checks },
    { name: 'pull requests', texts: pulls },
    { name: 'branch', texts: branches },
  ];
}
