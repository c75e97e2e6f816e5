/** A child process of a benchmark: a server, or a load that must not block the server. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export type Child = {
  pid: number;
  /** Sends one message and waits for the answer to it. */
  ask<Answer>(message: unknown): Promise<Answer>;
  /** Ends the child, and waits for its end. */
  stop(): Promise<void>;
};

type Told = { answer: unknown } | { error: string };

/** Starts a file that calls `answerWith`. */
export function startChild(file: string): Child {
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started`);
  const gone = once(child, 'exit');
  return {
    pid,
    async ask<Answer>(message: unknown) {
      const told = once(child, 'message');
      child.send(message as object);
      const [first] = await Promise.race([
        told,
        gone.then(([code]) => [{ error: `${file} ended with ${code}` }]),
      ]);
      if ('error' in first) throw new Error(first.error);
      return first.answer as Answer;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** Answers messages in the child, one by one; ends after `close` when the parent disconnects. */
export function answerWith<Message>(
  answer: (message: Message) => Promise<unknown>,
  close: () => Promise<unknown> = async () => {},
): void {
  const send = (told: Told) => process.send?.(told);
  process.on('message', message => {
    answer(message as Message).then(
      answered => send({ answer: answered ?? null }),
      error =>
        send({ error: error instanceof Error ? (error.stack ?? error.message) : `${error}` }),
    );
  });
  process.once('disconnect', () => void close().finally(() => process.exit()));
}
