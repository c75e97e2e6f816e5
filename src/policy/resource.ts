/** The resource of a question as Cedar's entity, with its ancestors, and as people name it. */
import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { foldPath } from '../core/fold-path.ts';
import type { Facts } from './facts.ts';
import { foldId } from './fold-policy.ts';

export type Entity = { uid: TypeAndId; attrs: EntityJson['attrs']; parents: TypeAndId[] };
export type Resource = { entity: Entity; name: string };

export const uid = (type: string, id: string): TypeAndId => ({ type, id });

/** A fact that no request can be made of; the decision is a denial that says why. */
export class UnusableFact extends Error {
  override readonly name = 'UnusableFact';
}

export function resourceOf({ resource, repository }: Facts): Resource {
  switch (resource.kind) {
    case 'repository': {
      const name = `${repository.owner}/${repository.name}`;
      return made('Repository', foldId('Repository', name), {}, [], name);
    }
    case 'run': {
      const { step, executor, attempt } = resource;
      return made('Run', step, { step, executor, attempt }, [], `${step}, attempt ${attempt}`);
    }
    case 'command': {
      const { argv, plain } = resource;
      const [program = ''] = argv;
      const name = program.slice(program.lastIndexOf('/') + 1);
      const line = commandLine(argv);
      const beginnings = [...beginningsOf(argv.slice(0, -1)), ...beginningsOf(plain ?? [])];
      const parents = [...new Set(beginnings)].map(words => uid('Command', words));
      return made('Command', line, { program, name, line }, parents, line);
    }
    case 'host': {
      const { name, port } = resource;
      return made('Host', foldId('Host', name), { port }, domains(name), `${name}:${port}`);
    }
    case 'tool': {
      const { server, name } = resource;
      const id = `${server}/${name}`;
      return made('Tool', id, { name }, [uid('McpServer', server)], id);
    }
    case 'secret':
      return made('Secret', resource.name, {}, [], resource.name);
    case 'environment':
      return made('Environment', resource.name, {}, [], resource.name);
    case 'model': {
      const { provider, name } = resource;
      return made('Model', name, {}, [uid('Provider', provider)], name);
    }
    case 'path':
      return pathResource(resource.path);
    case 'patch':
      return made('Patch', resource.tree, {}, [], `tree ${resource.tree.slice(0, 12)}`);
    case 'branch':
      return made('Branch', resource.name, { default: resource.default }, [], resource.name);
    case 'issue': {
      const { number } = resource;
      return made('Issue', String(number), { number }, [], `#${number}`);
    }
    case 'pull': {
      const { number, base, draft } = resource;
      return made('PullRequest', String(number), { number, base, draft }, [], `#${number}`);
    }
    default:
      throw new UnusableFact(`unknown resource ${JSON.stringify(resource satisfies never)}`);
  }
}

/** A path with each of its folders as an ancestor. */
export function pathResource(path: string): Resource {
  const folded = foldPath(path);
  const segments = folded.split('/');
  if (folded === '' || path.startsWith('/') || segments.includes('..'))
    throw new UnusableFact(`"${path}" is not a path inside the repository`);
  const folders = segments
    .slice(0, -1)
    .map((_, at) => uid('Path', segments.slice(0, at + 1).join('/')));
  const attrs = { path: folded, file: segments.at(-1) ?? '' };
  return made('Path', folded, attrs, folders, path);
}

/** Words apart by spaces; a word that has one of its own, or a quote, is quoted. */
const commandLine = (argv: readonly string[]): string =>
  argv.map(word => (/^[^\s"']+$/.test(word) ? word : JSON.stringify(word))).join(' ');

/** Policies name the first words of a command; the ancestors of a long one stop there. */
const beginningsOf = (argv: readonly string[]): string[] =>
  argv.slice(0, 6).map((_, at) => commandLine(argv.slice(0, at + 1)));

const domains = (host: string): TypeAndId[] => {
  const labels = foldId('Host', host).split('.');
  return labels.slice(1).map((_, at) => uid('Host', labels.slice(at + 1).join('.')));
};

const made = (
  type: string,
  id: string,
  attrs: EntityJson['attrs'],
  parents: TypeAndId[],
  name: string,
): Resource => ({ entity: { uid: uid(type, id), attrs, parents }, name });
