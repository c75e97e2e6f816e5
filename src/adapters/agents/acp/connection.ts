/** ACP's library between the lines of a process and a conversation with it. */
import {
  type AnyMessage,
  type AnyRequest,
  type AnyResponse,
  type ClientContext,
  client,
  type InitializeRequest,
  methods,
  PROTOCOL_VERSION,
} from '@agentclientprotocol/sdk';

/**
 * Nothing is offered to the agent: it reads, writes and runs in its own process, in the sandbox, and
 * asks before it does.
 */
export const INITIALIZE: InitializeRequest = {
  protocolVersion: PROTOCOL_VERSION,
  clientInfo: { name: 'gatehouse', version: '1' },
  clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
};

/** The library counts what it asks. */
const FIRST_ID = 0;

/** The first line of every conversation. The process is started with it, as it says nothing unasked. */
export const FIRST_LINE = lineOf({
  jsonrpc: '2.0',
  id: FIRST_ID,
  method: methods.agent.initialize,
  params: INITIALIZE,
});

type AcpConnection = {
  agent: ClientContext;
  /** What the agent asks. */
  take(request: AnyRequest): void;
  /** What it answers; `false`: nobody asked that. */
  answer(message: AnyResponse): boolean;
  close(): void;
};

/** `mayDo`: the option that is chosen for a permission; `null`: none, and it does not happen. */
export function openConnection(of: {
  write(text: string): void;
  mayDo(asked: unknown): Promise<string | null>;
}): AcpConnection {
  const asked = new Set<unknown>([FIRST_ID]);
  const incoming = new TransformStream<AnyMessage, AnyMessage>();
  const input = incoming.writable.getWriter();
  const writable = new WritableStream<AnyMessage>({
    write(message) {
      const id = 'method' in message && 'id' in message ? message.id : null;
      // The process was started with it.
      if (id === FIRST_ID) return;
      if (id !== null) asked.add(id);
      of.write(lineOf(message));
    },
  });
  const connection = client({ name: 'gatehouse' })
    .onRequest(
      methods.client.session.requestPermission,
      (params: unknown) => params,
      async ({ params }) => {
        const optionId = await of.mayDo(params);
        return {
          outcome: optionId === null ? { outcome: 'cancelled' } : { outcome: 'selected', optionId },
        };
      },
    )
    .connect({ readable: incoming.readable, writable });
  // Once the conversation is over, nobody takes it.
  const pass = (message: AnyMessage): void => void input.write(message).catch(() => {});
  return {
    agent: connection.agent,
    take: pass,
    answer(message) {
      const isAsked = asked.delete(message.id);
      if (isAsked) pass(message);
      return isAsked;
    },
    close: () => connection.close(),
  };
}

function lineOf(message: AnyMessage): string {
  return `${JSON.stringify(message)}\n`;
}
