/** The author of recorded tasks may use the small MCP server over HTTP. */
import { startMcpServer } from '../../agents/mcp-over-http.ts';
import type { RecordedTasks } from './recorded-task.ts';

export const NOTES_TOKEN = 'the token of an MCP server, 5c6d7e8f';

/** Called in a test, which ends the server. */
export async function withNotes({ services }: RecordedTasks) {
  const server = await startMcpServer(NOTES_TOKEN);
  const author = services.profiles.get('author');
  if (!author) throw new Error('there is no author');
  const secret = { where: 'here', read: async () => NOTES_TOKEN };
  const credential = { secret: 'MCP_NOTES', header: 'authorization' };
  Object.assign(services, {
    profiles: new Map([['author', { ...author, mcp: ['notes'] }]]),
    secrets: new Map([...services.secrets, ['MCP_NOTES', secret]]),
  });
  const notes = { name: 'notes', kind: 'http', url: server.url, credential };
  Object.assign(services.settings, { mcp: new Map([['notes', notes]]) });
  return server;
}
