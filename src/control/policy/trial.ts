/**
 * `POST /api/v1/policy/trials`: a draft of policy is tried, and what comes of it is told line by line
 * while it goes on. Whoever closes the connection ends it.
 */
import { z } from 'zod';
import { Outcome } from '../../core/decision.ts';
import { Examination } from '../../core/examination.ts';
import { IsolatedStopped } from '../../engine/policies/isolated/isolated.ts';
import { type LabNews, type PolicyDraft, tryDraft } from '../../engine/policies/lab.ts';
import { LARGEST } from '../../engine/policies/rule-files.ts';
import { repositoryOf } from '../../engine/repositories/state.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, refused } from '../endpoint.ts';
import { forbidden, notFound } from '../faults.ts';
import type { HttpProblem } from '../problem.ts';
import { ShownFault } from '../repositories/show.ts';
import { stillStands } from '../still-stands.ts';
import { hasRole, type Viewer } from '../viewer.ts';

const Text = z.string().max(LARGEST);

const TriedDraft = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('deployment'),
    files: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[a-z0-9][\w-]{0,60}\/[\w-]{1,60}\.cedar$/, 'must be `pack/file.cedar`'),
          text: Text.describe('Empty: the file is taken away.'),
        }),
      )
      .max(40),
    tests: Text.nullable().default(null).describe('A table of tests, as in `*.test.yml`.'),
  }),
  z.strictObject({
    of: z.literal('repository'),
    repository: z.int().min(1).describe("GitHub's id."),
    config: Text.nullable().default(null).describe('.github/gatehouse.yml; null: as it is.'),
    policy: Text.nullable().default(null).describe('.github/gatehouse.cedar; null: as it is.'),
    tests: Text.nullable().default(null),
  }),
]);

const count = z.int();
const News = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('checked'),
      digest: z.string().nullable(),
      faults: z.array(ShownFault).describe('Where there are any, nothing else follows.'),
    }),
    z.object({
      kind: z.literal('tested'),
      tests: Examination.shape.tests,
      faults: z.array(ShownFault).describe('Of the tables; where there are any, nothing follows.'),
    }),
    z.object({
      kind: z.literal('progress'),
      tasks: count,
      ofTasks: count,
      decisions: count,
      flips: count,
    }),
    z.object({
      kind: z.literal('done'),
      history: z.object({
        decisions: count,
        same: count,
        flips: count,
        undecidable: count,
        moreFlips: count.describe('Flips of groups that are not listed.'),
        elsewhere: z
          .object({ flips: count, undecidable: count })
          .describe('In repositories that whoever asks does not see.'),
        groups: z.array(
          z.object({
            action: z.string(),
            from: Outcome,
            to: Outcome,
            policies: z.array(z.string()),
            gone: z.array(z.string()).describe('Policies that determined it and are gone.'),
            why: z.string(),
            flips: count,
            repositories: count,
            examples: z.array(
              z.object({
                task: z.string(),
                seq: count,
                at: z.string(),
                resource: z.string(),
                who: z.string().nullable(),
                repository: z.object({ id: count, name: z.string() }),
              }),
            ),
          }),
        ),
      }),
    }),
    z.object({ kind: z.literal('stopped'), problem: z.string().describe('It met a limit.') }),
  ])
  .meta({ id: 'TrialNews' });
type Told = LabNews | { kind: 'stopped'; problem: string };

/** The process in which drafts are read does one thing at a time. */
const MOST_TRIALS = 2;
let trials = 0;

export const tryPolicy = endpoint(
  {
    method: 'post',
    path: '/api/v1/policy/trials',
    tag: 'policy',
    summary: 'Try a draft of policy: its faults, its tests, and which past decisions would flip.',
    body: TriedDraft,
    ok: News,
    media: 'application/x-ndjson',
  },
  async ({ viewer, body, signal, stands }, services) => {
    const repository = body.of === 'repository' ? body.repository : null;
    if (repository !== null && !viewer.repositories.has(repository))
      return refused(notFound('repository'));
    const problem = mayNotTry(viewer, repository);
    if (problem) return refused(problem);
    const draft = await draftOf(body, services);
    if (draft === null) return refused(notFound('repository'));
    if (trials >= MOST_TRIALS) return refused(BUSY);
    const sees = (repository: number) => viewer.repositories.has(repository);
    const news = tryDraft(services, draft, sees, signal);
    return {
      ok: true,
      etag: null,
      headers: { 'x-accel-buffering': 'no' },
      body: linesOf(news, stands),
    };
  },
);

/** Null: whoever asks may try drafts of this repository's rules, or, without one, of the deployment's policies. */
export function mayNotTry(viewer: Viewer, repository: number | null): HttpProblem | null {
  if (hasRole(viewer, 'policy_admin', repository)) return null;
  const role = repository === null ? undefined : viewer.repositories.get(repository);
  if (role === 'maintain' || role === 'admin') return null;
  return forbidden(
    repository === null
      ? "Drafts of the deployment's policies are tried by its policy admins."
      : 'Drafts of a repository’s rules are tried by its maintainers and by policy admins.',
    'Whoever configures Gatehouse grants the role policy_admin.',
  );
}

async function draftOf(
  body: z.output<typeof TriedDraft>,
  services: ControlServices,
): Promise<PolicyDraft | null> {
  if (body.of === 'deployment') return body;
  const repository = await repositoryOf(services, body.repository);
  if (repository === null) return null;
  const { sha } = await services.github.facts.defaultBranch(repository);
  return { ...body, repository, commit: sha };
}

/** One line for each word. The draft is read on as far as whoever listens takes the lines. */
function linesOf(news: AsyncIterable<LabNews>, stands: () => Promise<boolean>): ReadableStream {
  const words = told(news);
  const maySee = stillStands(stands);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await words.next();
      if (done) return controller.close();
      if (!(await maySee())) {
        await words.return(undefined);
        throw new Error('whoever tries this draft may not see what comes of it any more');
      }
      controller.enqueue(Buffer.from(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      await words.return(undefined);
    },
  });
}

async function* told(news: AsyncIterable<LabNews>): AsyncGenerator<Told> {
  trials += 1;
  try {
    yield* news;
  } catch (error) {
    if (!(error instanceof IsolatedStopped)) throw error;
    yield { kind: 'stopped', problem: error.message };
  } finally {
    trials -= 1;
  }
}

const BUSY: HttpProblem = {
  status: 429,
  title: 'Too Many Requests',
  code: 'busy',
  message: 'As many drafts are tried at present as may be.',
  next: 'Try it again once one of them is done.',
  headers: { 'retry-after': '10' },
};
