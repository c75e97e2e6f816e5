/** What is called from inside a run: commands, hosts, tools, secrets, models, and files that are written. */
import type { TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { z } from 'zod';
import { foldPath } from '../../core/paths/fold-path.ts';
import { readShellLine } from '../../core/shell/read-line.ts';
import { foldId } from '../fold-policy.ts';
import {
  CommandWords,
  CommonContext,
  count,
  ExecutorKind,
  Findings,
  halves,
  MOST_COMMAND_WORDS,
  plainEntity,
  question,
  type Resource,
  type ResourceKind,
  type Subject,
  UnusableFact,
  uid,
} from '../question.ts';
import { ToolResource, tool } from './tool.ts';

const CallContext = {
  ...CommonContext,
  step: z.string(),
  executor: ExecutorKind,
  /** The work is about a pull request from a fork. Earlier facts lack it, as do those of other work. */
  fork: z.boolean().optional(),
};

/** What people approve is the line as it was put, and no part of it alone. */
const WholeLine = z.string().optional();

const CommandResource = z.strictObject({
  kind: z.literal('command'),
  argv: CommandWords,
  /** Without the options before what it is to do, and by its own name. Earlier facts lack it. */
  plain: CommandWords.optional(),
  /** The programs that it runs besides. Earlier facts lack it. */
  runs: z.array(CommandWords).optional(),
  /** The whole line that people are asked about, where it is one part of that. */
  line: WholeLine,
});
type CommandResource = z.infer<typeof CommandResource>;

const command: ResourceKind<CommandResource> = {
  resource({ argv, plain = [], line: whole }) {
    const resource = commandResource(argv, [plain]);
    return whole === undefined ? resource : { ...resource, name: whole };
  },
  read({ on = 'npm test' }) {
    const read = readShellLine(on);
    const [part, ...more] = read.ok ? read.parts : [];
    if (part?.kind !== 'command' || more.length > 0) return null;
    const { argv, plain, runs } = part;
    return { kind: 'command', argv, ...(plain && { plain }), ...(runs && { runs }) };
  },
  profile: {
    names: ({ commands }, { argv }) =>
      commands.some(words => words.every((word, at) => argv[at] === word)),
    naming: ({ commands }, { argv }) => ({
      change: 'a profile that names this command',
      subject: { commands: [...commands, argv] },
    }),
  },
};

/**
 * What a command runs besides, as commands of their own. Each is in the one that runs it as well: what permits
 * `npx tsc` permits its `tsc`, and what permits `tsc` alone permits no `npx` that says it would run it.
 */
export const ranResources = ({ argv, plain = [], runs = [] }: CommandResource): Resource[] =>
  runs.map(words => commandResource(words, [argv, plain]));

/** A command with the beginnings of its words as ancestors, and of `others`. */
function commandResource(argv: readonly string[], others: readonly string[][]): Resource {
  const [program = ''] = argv;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const line = commandLine(argv);
  const beginnings = [argv.slice(0, -1), ...others].flatMap(beginningsOf);
  const parents = [...new Set(beginnings)].map(words => uid('Command', words));
  return {
    entity: { uid: uid('Command', line), attrs: { program, name, line }, parents },
    name: line,
  };
}

/** Words with spaces between them; a word that has a space of its own, or a quote, is quoted. */
const commandLine = (argv: readonly string[]): string =>
  argv.map(word => (/^[^\s"']+$/.test(word) ? word : JSON.stringify(word))).join(' ');

/** Policies name the first words of a command, and no more than these. */
const beginningsOf = (argv: readonly string[]): string[] =>
  argv.slice(0, MOST_COMMAND_WORDS).map((_, at) => commandLine(argv.slice(0, at + 1)));

const PathResource = z.strictObject({
  kind: z.literal('path'),
  path: z.string().min(1),
  line: WholeLine,
});
const path: ResourceKind<z.infer<typeof PathResource>> = {
  resource({ path, line }) {
    const resource = pathResource(path);
    return line === undefined ? resource : { ...resource, name: line };
  },
  read: ({ on = 'src/main.js' }) => ({ kind: 'path', path: on }),
  profile: {
    names: (subject, { path }) => profileNamesPath(subject, path),
    naming: ({ paths }, { path }) => ({
      change: 'a profile that names this path',
      subject: { paths: [...paths, path] },
    }),
  },
};

/** A path with each of its folders as an ancestor. */
export function pathResource(path: string): Resource {
  const folded = foldPath(path);
  const segments = folded.split('/');
  if (folded === '' || path.startsWith('/') || segments.includes('..'))
    throw new UnusableFact(`"${path}" is not a path inside the repository`);
  // Each is a slice of the path, which takes no copy of it: a path may be thousands of folders deep.
  const parents: TypeAndId[] = [];
  for (let end = folded.indexOf('/'); end !== -1; end = folded.indexOf('/', end + 1))
    parents.push(uid('Path', folded.slice(0, end)));
  const attrs = { path: folded, file: segments.at(-1) ?? '' };
  return { entity: { uid: uid('Path', folded), attrs, parents }, name: path };
}

/** `.` names the whole repository. */
export function profileNamesPath(subject: Subject, path: string): boolean {
  const folded = foldPath(path);
  return subject.paths
    .map(foldPath)
    .some(name => name === '' || folded === name || folded.startsWith(`${name}/`));
}

const HostResource = z.strictObject({
  kind: z.literal('host'),
  name: z.string().min(1),
  port: count,
});
const host: ResourceKind<z.infer<typeof HostResource>> = {
  resource: ({ name, port }) => ({
    entity: { uid: uid('Host', foldId('Host', name)), attrs: { port }, parents: domains(name) },
    name: `${name}:${port}`,
  }),
  read({ on = 'registry.example:443' }) {
    const [name, port] = on.split(':');
    return name ? { kind: 'host', name, port: Number(port ?? 443) } : null;
  },
  profile: {
    // `name` is every port of it; a name is itself only, not what is below it.
    names: ({ hosts }, fact) =>
      hosts.some(granted => {
        const [name = '', port] = granted.toLowerCase().split(':');
        return (
          name === fact.name.toLowerCase() && (port === undefined || Number(port) === fact.port)
        );
      }),
    naming: ({ hosts }, { name }) => ({
      change: 'a run that is granted this host',
      subject: { hosts: [...hosts, name] },
    }),
  },
};

const domains = (name: string): TypeAndId[] => {
  const labels = foldId('Host', name).split('.');
  return labels.slice(1).map((_, at) => uid('Host', labels.slice(at + 1).join('.')));
};

const SecretResource = z.strictObject({ kind: z.literal('secret'), name: z.string().min(1) });
const secret: ResourceKind<z.infer<typeof SecretResource>> = {
  resource: ({ name }) => plainEntity('Secret', name, { registry: name.startsWith('REGISTRY_') }),
  read: ({ on = 'DEPLOY_KEY' }) => ({ kind: 'secret', name: on }),
};

const ModelResource = z.strictObject({
  kind: z.literal('model'),
  provider: z.string(),
  name: z.string().min(1),
});
const model: ResourceKind<z.infer<typeof ModelResource>> = {
  resource: ({ provider, name }) => ({
    entity: { uid: uid('Model', name), attrs: {}, parents: [uid('Provider', provider)] },
    name,
  }),
  read({ on = 'openai/large' }) {
    const read = halves(on, '/');
    return read && { kind: 'model', provider: read[0], name: read[1] };
  },
  profile: {
    names: (subject, { name }) => subject.model === name,
    naming: (_, { name }) => ({ change: 'a profile with this model', subject: { model: name } }),
  },
};

export const CALL_RESOURCES = { command, path, host, tool, secret, model };
export const CALLS = [
  question('command.exec', CommandResource, CallContext),
  question('net.connect', HostResource, CallContext),
  question('mcp.call', ToolResource, CallContext),
  question('secret.use', SecretResource, CallContext),
  question('model.call', ModelResource, CallContext),
  question('file.write', PathResource, { ...CommonContext, findings: Findings }),
] as const;
