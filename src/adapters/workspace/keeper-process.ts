/** The process that keeps the workspaces: answers calls of the port until its parent is gone. */
import { type Workspace, WorkspaceRefused } from '../../engine/ports/workspace.ts';
import type { Answer, Opened, Question } from './keeper-messages.ts';
import { createWorkspaces } from './workspaces.ts';

const workspaces = createWorkspaces(JSON.parse(process.argv[2] ?? '{}'));
const opened = new Map<number, Workspace>();
const tokens = new Map<number, { resolve(token: string): void; reject(error: Error): void }>();

process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.on('message', (question: Question) => {
  if ('method' in question) return void answer(question);
  const asked = tokens.get(question.id);
  tokens.delete(question.id);
  if ('token' in question) asked?.resolve(question.token);
  else asked?.reject(new Error(question.problem));
});

async function answer(question: Extract<Question, { method: string }>): Promise<void> {
  const { id } = question;
  try {
    tell({ id, ok: true, value: await take(question) });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    tell({ id, ok: false, problem, refused: error instanceof WorkspaceRefused });
  }
}

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

async function take({ id, method, args, workspace }: Extract<Question, { method: string }>) {
  if (workspace !== null) {
    const of = opened.get(workspace);
    if (!of) throw new Error('this workspace is not open');
    if (method === 'close') opened.delete(workspace);
    return (of as unknown as Methods)[method]?.(...args);
  }
  const [first, ...rest] = args;
  const given = [withToken(id, first), ...rest];
  const result = await ((await workspaces) as unknown as Methods)[method]?.(...given);
  if (method !== 'open') return result;
  const { workTree, binds } = result as Workspace;
  opened.set(id, result as Workspace);
  return { workspace: id, workTree, binds } satisfies Opened;
}

/** The token stays with the parent until it is needed. */
function withToken(id: number, first: unknown): unknown {
  if (typeof first !== 'object' || first === null || !('remote' in first)) return first;
  const token = () =>
    new Promise<string>((resolve, reject) => {
      tokens.set(id, { resolve, reject });
      tell({ id, token: true });
    });
  return { ...first, remote: { ...(first.remote as object), token } };
}

const tell = (message: Answer): void => {
  if (process.connected) process.send?.(message);
};
