/** `gatehouse submit FILE`: the same call as over HTTP, or a backlog, from the operator's shell. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { BacklogFile } from '../core/backlog/file.ts';
import { TaskCall } from '../core/call.ts';
import { STARTABLE } from '../core/commands/commands.ts';
import { plain } from '../core/text/plain-text.ts';
import type { TaskCaller } from '../engine/intake/callers/task-caller.ts';
import { parseYaml } from '../engine/policies/yaml-text.ts';
import { faultLine } from '../policy/fault.ts';
import { givenText } from './given-text.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';
import { operator } from './steer/steer.ts';

const LARGEST = 1_000_000;

const TOLD = {
  created: (task: string) =>
    `Task ${task} is made: \`gatehouse status ${task}\` shows how it stands.`,
  repeated: (task: string) => `The same call came to the task ${task} before.`,
  resumed: (task: string) =>
    `Task ${task} goes on: \`gatehouse status ${task}\` shows how it stands.`,
} as const;

/** A backlog has tasks, where a call is for one. */
const OfTasks = z.looseObject({ tasks: z.unknown().refine(tasks => tasks !== undefined) });

export async function submit(
  services: Pick<Services, 'submit' | 'submitBacklog'>,
  output: Output,
  file: string,
  options: { json: boolean; project: string; untrusted: boolean; key?: string },
): Promise<void> {
  const refuse = (faults: string[]) => {
    const lines = [...faults, 'submit: refused'].map(line => plain(line, 600));
    print(output, options.json, { ok: false, faults }, lines);
    output.exit(1);
  };
  /** What was not answered may be done all the same: the key is needed to ask for it once more. */
  const withKey = async <O>(given: string | undefined, work: (key: string) => Promise<O>) => {
    const key = given ?? randomUUID();
    try {
      return await work(key);
    } catch (error) {
      if (given === undefined)
        output.err(`Submit it again with --key ${key}, so that nothing is done twice.\n`);
      throw error;
    }
  };
  const submitBacklog = async (backlog: BacklogFile) => {
    const outcome = await withKey(options.key, key =>
      services.submitBacklog(backlog, { caller: callerOf(options), key }),
    );
    if (outcome.outcome === 'refused')
      return refuse(outcome.reasons.map(reason => `${name} ${outcome.pointer}: ${reason}`));
    const { backlog: id, tracking, asks } = outcome;
    print(output, options.json, { ok: true, ...outcome }, [
      `Backlog ${id} reports on #${tracking}: \`gatehouse status backlog/${id}\` shows how it stands.`,
      ...(asks ? [`Somebody with write access says \`/agent approve\` there, and it begins.`] : []),
    ]);
  };
  const name = file === '-' ? 'standard input' : file;
  const content = await givenText(file, LARGEST, 'a file with a call');
  // JSON is YAML, whose reader tells the line of each fault.
  if (parseYaml(name, content, OfTasks).ok) {
    const backlog = parseYaml(name, content, BacklogFile);
    if (!backlog.ok) return refuse(backlog.faults.map(faultLine));
    return submitBacklog(backlog.value);
  }
  const read = parseYaml(name, content, TaskCall);
  if (!read.ok) return refuse(read.faults.map(faultLine));
  const call = read.value;
  if (call.key !== undefined && options.key !== undefined && call.key !== options.key)
    return refuse([`${name} /key: is another one than --key: leave one of them out`]);
  const outcome = await withKey(call.key ?? options.key, key =>
    services.submit(call, { caller: callerOf(options), key }),
  );
  if (outcome.outcome === 'refused') {
    const { pointer, reasons } = outcome;
    return refuse(
      reasons.map(reason => `${name}${pointer === '' ? '' : ` ${pointer}`}: ${reason}`),
    );
  }
  const { task } = outcome;
  print(output, options.json, { ok: true, ...outcome }, [TOLD[outcome.outcome](task)]);
}

/** Whoever has this shell calls like a token, for every repository, and never as a person. */
const callerOf = ({ project, untrusted }: { project: string; untrusted: boolean }): TaskCaller => ({
  requester: { kind: 'token', id: `shell:${operator().name}`, project },
  repositories: null,
  commands: STARTABLE,
  trusted: !untrusted,
});
