/** What the scripted model says and does in one answer, whatever the dialect and whoever asks. */

/** What every answer costs: `input` includes `cached`, `output` includes `reasoning`. */
export const TURN_USAGE = { input: 1200, cached: 200, output: 34, reasoning: 5 };

/** One message, or several. */
type Said = string | string[];

/** What an agent does with one of its tools; each CLI has its own names for them (`tools.ts`). */
export type Action =
  /** A command line of its shell. */
  | { shell: string }
  /** A new file. A path is relative to the work tree, or absolute. */
  | { write: { path: string; text: string } }
  /** A file that is there, whose whole text is known. */
  | { edit: { path: string; before: string; after: string } }
  /** The body of an apply_patch, `*** Begin Patch` to `*** End Patch`, for agents that have that tool. */
  | { patch: string }
  /** A tool of an MCP server. */
  | { mcp: { server: string; tool: string; arguments: unknown } }
  /** Any tool, by its own name. */
  | { call: { name: string; arguments: unknown } };

/** One step of a script; `say` comes before what is done. */
export type Turn = (
  | { say: Said }
  | (Action & { say?: Said })
  /** The end of the work, as data: by the tool that takes it where the agent has one, else as text. */
  | { answer: unknown; say?: Said }
) & {
  /** The tokens of output that it reports, where they are not those of `TURN_USAGE`. */
  outputTokens?: number;
};

/** A call of a tool: with arguments, or with one text where the tool takes its input as it is. */
export type Call = { name: string; namespace?: string } & (
  | { arguments: unknown }
  | { input: string }
);

/** One answer of the model. */
export type Answer = { texts: string[]; call: Call | null; outputTokens: number };

/** The text, in the pieces in which it is streamed. */
export const piecesOf = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];
