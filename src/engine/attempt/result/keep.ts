/** What a run leaves, stored by digest and made visible under its task. */

import { addUsage, type Usage } from '../../../core/agent-event.ts';
import { Change, sizeOf, touchedPaths } from '../../../core/change.ts';
import { touchedBy } from '../../../core/condition/touched.ts';
import type { Digest } from '../../../core/decision.ts';
import type { GivenContext } from '../../../core/given-context.ts';
import { pathsAskedAbout } from '../../../core/graph/graph-faults.ts';
import { foundIn } from '../../../core/handover/found.ts';
import type { Handover } from '../../../core/handover/handover.ts';
import type { RunResult } from '../../../core/run-result.ts';
import type { Checkpoint, Work } from '../../../core/task/events/work.ts';
import { createdOf } from '../../../core/task/state/state.ts';
import { workAt } from '../../../core/task/work/step-state.ts';
import { canonical } from '../../chain.ts';
import type { Dependencies } from '../../dependencies.ts';
import {
  type ArtifactName,
  type ArtifactOwner,
  type Artifacts,
  retentionOf,
} from '../../ports/artifacts.ts';
import type { OutputLine, RunPart } from '../../ports/run-output.ts';
import type { CollectedWork } from '../../ports/workspace.ts';
import type { Executed } from '../process/execute.ts';
import { redactBytes } from '../redaction/redact-in-slices.ts';
import { isCommand, keepsChanges, type RunContext } from '../run-context.ts';
import type { Session } from '../session/session.ts';
import type { OpenedWorkspace } from '../workspace.ts';
import { failedOutput } from './failed-output.ts';
import { type Document, documentOf } from './handover.ts';
import type { Judged } from './judge.ts';
import type { Produce } from './produced.ts';
import { summaryOf } from './summary.ts';

type KeptArtifact = { name: ArtifactName; digest: Digest; bytes: number };

export async function keep(
  artifacts: Artifacts,
  owner: ArtifactOwner,
  contents: Partial<Record<ArtifactName, string | Buffer>>,
): Promise<KeptArtifact[]> {
  const entries = Object.entries(contents) as [ArtifactName, string | Buffer][];
  return Promise.all(
    entries
      .filter(([, content]) => content.length > 0)
      .map(async ([name, content]) => {
        const digest = await artifacts.put(content, retentionOf(name));
        await artifacts.link(owner, name, digest);
        return { name, digest, bytes: Buffer.byteLength(content) };
      }),
  );
}

const digestIn = (kept: readonly KeptArtifact[], name: ArtifactName): Digest | null =>
  kept.find(artifact => artifact.name === name)?.digest ?? null;

/** What was changed, and how the log speaks of it. The diff is for people, so it tells no secret. */
export async function keepPatch(
  { artifacts, redact }: Pick<Dependencies, 'artifacts' | 'redact'>,
  owner: ArtifactOwner,
  { change, diff, pack }: CollectedWork,
): Promise<{ work: Work; kept: KeptArtifact[] }> {
  const kept = await keep(artifacts, owner, {
    'patch.diff': (await redactBytes(diff, redact)).content,
    'patch.pack': pack,
    'change.json': canonical(change),
  });
  const { parent, tree } = change;
  const { files, added, removed } = sizeOf(change);
  const work = {
    parent,
    tree,
    files,
    pack: digestIn(kept, 'patch.pack') ?? '',
    change: digestIn(kept, 'change.json') ?? '',
    added,
    removed,
  };
  return { work, kept };
}

/** What every execution leaves, however it ended. */
export const outputOf = async (
  { recording }: Session,
  { journal, stdout, stderr }: Executed,
): Promise<Partial<Record<ArtifactName, string>>> => ({
  'journal.jsonl': journal.text(),
  'stdout.log': stdout,
  'stderr.log': stderr,
  'recording.json': (await recording?.text()) ?? '',
});

export async function keepOutput(
  { deps, task, run }: RunContext,
  session: Session,
  executed: Executed,
): Promise<void> {
  await keep(deps.artifacts, { task, run: run.id }, await outputOf(session, executed));
}

/** Of a run whose worker is gone: its journal as far as it was shown, without an end. */
export async function keepShown(
  { artifacts, runOutput }: Pick<Dependencies, 'artifacts' | 'runOutput'>,
  part: RunPart,
): Promise<void> {
  const { task, run } = part;
  const lines: OutputLine[] = [];
  for (let page = await runOutput.read(part, 0); page.length > 0; ) {
    lines.push(...page);
    page = await runOutput.read(part, lines.at(-1)?.seq ?? 0);
  }
  await keep(
    artifacts,
    { task, run },
    { 'journal.jsonl': lines.map(({ line }) => `${line}\n`).join('') },
  );
  await runOutput.drop(part);
}

/** What the run spent until now: by the gateway's count where there is one, else by the agent's. */
export function usageOf({ run }: RunContext, session: Session, executed: Executed): Usage {
  const metered = session.report()?.usage;
  const spent = metered && metered.input + metered.output > 0 ? metered : executed.usage;
  return addUsage(run.usage, spent);
}

/** Everything that a run which was worked to its end leaves, and what the log says of it. */
export async function keepProduct(
  context: RunContext,
  of: { opened: OpenedWorkspace; session: Session; executed: Executed; judged: Judged },
): Promise<Produce> {
  const { deps, task, run } = context;
  const { opened, session, executed, judged } = of;
  const { workspace, prepareKey } = opened;
  const { request, reading } = session;
  const { finished, end } = executed;
  const owner = { task, run: run.id };
  // What an agent did until it reached a cap is where the next run goes on from.
  const stops = judged.reached !== null && !isCommand(context);
  const keeps = keepsChanges(context) && !judged.failure;
  const collected = keeps || (stops && keepsChanges(context)) ? await workspace.collect() : null;
  const patch = collected && (await keepPatch(deps, owner, collected));
  const prepared = prepareKey && !judged.failure ? await workspace.keepPrepared(prepareKey) : null;
  const { summary, tests } = summaryOf(context, { executed, judged });
  const failed =
    isCommand(context) && judged.failure ? await failedOutput(context, executed.lastLines) : null;
  const document = documentOf(context, {
    judged,
    exitCode: end.exitCode,
    summary,
    structured: finished.structured,
    change: keeps && collected ? collected.change : null,
    problems: failed?.problems ?? [],
    tests,
  });
  const kept = await keep(deps.artifacts, owner, {
    ...(await outputOf(session, executed)),
    'failed-output.json': failed ? canonical(failed) : '',
    'handover.json': document ? deps.redact(canonical(document.document)) : '',
    'home.json': (stops && (await workspace.keepHome())) || '',
    'context.json': reading
      ? deps.redact(
          canonical({
            instructions: request.instructions,
            prompt: request.prompt,
            repository: reading.repository,
            context: reading.context,
            hidden: reading.hidden,
          } satisfies GivenContext),
        )
      : '',
    'result.json': deps.redact(
      canonical({
        end,
        summary,
        failure: judged.failure,
        session: executed.session,
        output: finished.structured ?? null,
      } satisfies RunResult),
    ),
  });
  const work = keeps ? wholeWork(context, patch?.work ?? null) : null;
  return {
    type: 'produce',
    data: {
      run: run.id,
      ok: judged.ok,
      exitCode: end.exitCode,
      summary,
      work,
      touched: work ? await touchedOf(context, work) : {},
      prepared,
      session: executed.session,
      usage: usageOf(context, session, executed),
      journal: digestIn(kept, 'journal.jsonl'),
      handover: handoverOf(document, digestIn(kept, 'handover.json')),
    },
    artifacts: [...kept, ...(patch?.kept ?? [])],
    failure: judged.reported,
    found: foundIn(document?.document, deps.redact),
    ...(judged.reached
      ? {
          reached: {
            reached: judged.reached,
            checkpoint: stops
              ? checkpointOf(context, { session, executed, work: patch?.work ?? null, kept })
              : null,
          },
        }
      : {}),
  };
}

const handoverOf = (document: Document | null, digest: Digest | null): Handover | null =>
  document && digest !== null ? { schema: document.schema, digest, fields: document.fields } : null;

/** What conditions of the graph ask about its paths; most graphs ask nothing. */
export async function touchedOf(
  { deps, folded }: Pick<RunContext, 'deps' | 'folded'>,
  { change }: Pick<Work, 'change'>,
) {
  const asked = pathsAskedAbout(createdOf(folded.state).graph);
  if (asked.length === 0) return {};
  const { entries } = Change.parse(JSON.parse((await deps.artifacts.get(change)).toString('utf8')));
  return touchedBy(touchedPaths(entries), asked);
}

/** Where a run that stops can go on from. */
export function checkpointOf(
  context: RunContext,
  of: { session: Session; executed: Executed; work: Work | null; kept: readonly KeptArtifact[] },
): Checkpoint {
  const { run, chosen } = context;
  const { session, executed, work, kept } = of;
  return {
    work: work ?? run.checkpoint?.work ?? null,
    home: digestIn(kept, 'home.json'),
    session: executed.session,
    adapter: chosen.adapter.name,
    usage: usageOf(context, session, executed),
    journal: digestIn(kept, 'journal.jsonl'),
  };
}

/**
 * What the whole run changed: since it last went on, or, where that is nothing, before it. `null`
 * where it all comes to what there was when it began.
 */
function wholeWork({ folded, run }: RunContext, since: Work | null): Work | null {
  const work = since ?? run.checkpoint?.work ?? null;
  // A join begins with no work of its own: what it leaves is all of it.
  if (run.purpose === 'join') return work;
  const began = workAt(folded.state, run.step)?.tree ?? null;
  return work && (began === null ? work.files === 0 : work.tree === began) ? null : work;
}
