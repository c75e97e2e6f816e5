/** A tool of an MCP server, with what it is called with. */
import { z } from 'zod';
import { foldCase } from '../../core/paths/fold-path.ts';
import { halves, type ResourceKind, type Subject, UnusableFact, uid } from '../question.ts';

export const ToolResource = z.strictObject({
  kind: z.literal('tool'),
  server: z.string().min(1),
  name: z.string().min(1),
  /** Facts that were kept earlier lack them. */
  arguments: z.record(z.string(), z.unknown()).optional(),
});
type ToolResource = z.infer<typeof ToolResource>;

export const tool: ResourceKind<ToolResource> = {
  resource({ server, name, arguments: given = {} }) {
    const id = `${server}/${name}`;
    const text = JSON.stringify(given);
    return {
      entity: {
        uid: uid('Tool', id),
        attrs: { name, arguments: text },
        parents: [uid('McpServer', server)],
        tags: Object.fromEntries(valuesOf(given)),
      },
      name: text === '{}' ? id : `${id} ${text}`,
    };
  },
  read({ on = 'docs/search', arguments: given }) {
    const read = halves(on, '/');
    return (
      read && { kind: 'tool', server: read[0], name: read[1], ...(given && { arguments: given }) }
    );
  },
  profile: {
    names: namesTool,
    naming: ({ servers }, { server, name }) => ({
      change: 'a profile that names this tool',
      subject: { servers: [...servers, `${server}/${name}`] },
    }),
  },
};

/** `server` is every tool of it, `server/tool` that one. */
function namesTool({ servers }: Subject, { server, name }: ToolResource): boolean {
  return servers.includes(server) || servers.includes(`${server}/${name}`);
}

/** Bounds what Cedar is asked about: an argument that is nested deeper, or one of more, is not judged. */
const DEEPEST = 16;
const MOST_VALUES = 200;

/**
 * Each argument by its path, such as `query` or `labels.0`: a text as it is, everything else as JSON.
 * Two values at one path could hide one of them from policy, so such a call can't be judged. Nor can one of
 * two names that differ in case: servers that are written in Go may read both as the same.
 */
function valuesOf(given: Record<string, unknown>): Map<string, string> {
  const values = new Map<string, string>();
  const visit = (path: readonly string[], value: unknown): void => {
    if (path.length > DEEPEST) throw new UnusableFact('the arguments are nested too deeply');
    const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    if (!areDistinct(inner)) throw new UnusableFact('names of arguments differ in case alone');
    for (const [key, each] of inner) visit([...path, key], each);
    if (inner.length > 0 || path.length === 0) return;
    const name = path.join('.');
    if (values.has(name)) throw new UnusableFact(`the argument "${name}" is given twice`);
    if (values.size === MOST_VALUES) throw new UnusableFact('there are too many arguments');
    values.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  };
  visit([], given);
  return values;
}

const areDistinct = (entries: [name: string, value: unknown][]): boolean =>
  new Set(entries.map(([name]) => foldCase(name))).size === entries.length;
