/** What one source file imports, declares and touches, by a real parser. */
import { dirname, join } from 'node:path/posix';
import { parseAst } from 'vitest/node';

export type Source = {
  /** From the project's root, with `/`. */
  path: string;
  lines: number;
  imports: Import[];
  /** Uses of time, randomness, the process or the network that come from nowhere. */
  ambient: string[];
  /** Nothing but `export … from`. */
  barrel: boolean;
  /** Types, classes and the schemas that share a type's name, at the top of the file. */
  types: { name: string; exported: boolean }[];
  /** The functions, constants and classes that it exports. */
  exports: string[];
  /** How often an object literal is spread into an object literal. */
  spreadLiterals: number;
};

/**
 * `to`: a path from the root for files of the project, else the package (`node:` kept). `names`: what is
 * imported; null: everything, or nothing by name.
 */
export type Import = { to: string; own: boolean; typeOnly: boolean; names: string[] | null };

type Node = { type: string; [key: string]: unknown };
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

export function readSource(path: string, text: string): Source {
  const ending = path.slice(path.lastIndexOf('.') + 1);
  const lang = ending === 'ts' || ending === 'tsx' ? ending : 'js';
  const program = parseAst(text, { lang }, path);
  const body = program.body as unknown as Node[];
  const source: Source = {
    path,
    lines: text.split('\n').length - 1,
    imports: [],
    ambient: [],
    types: body.flatMap(typesOf),
    exports: body.flatMap(exportsOf),
    spreadLiterals: 0,
    barrel:
      body.length > 0 &&
      body.every(node => /^Export(All|Named)/.test(node.type) && isNode(node.source)),
  };
  walk(body, node => {
    const found = importOf(node);
    if (found !== null) source.imports.push(resolveImport(path, found));
    const ambient = ambientUse(node);
    if (ambient !== null) source.ambient.push(ambient);
    if (isSpreadLiteral(node)) source.spreadLiterals += 1;
  });
  return source;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) walk(child, visit);
  }
}

/** A type that this statement declares; a constant in PascalCase is a schema. */
function typesOf(statement: Node): Source['types'] {
  const exported = statement.type === 'ExportNamedDeclaration';
  const declaration = exported ? statement.declaration : statement;
  if (!isNode(declaration)) return [];
  const named = (node: unknown) => (isNode(node) ? String(node.name) : '');
  switch (declaration.type) {
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'ClassDeclaration':
      return [{ name: named(declaration.id), exported }];
    case 'VariableDeclaration':
      return (declaration.declarations as Node[])
        .map(({ id }) => ({ name: named(id), exported }))
        .filter(({ name }) => /^[A-Z][A-Za-z0-9]*[a-z]/.test(name));
    default:
      return [];
  }
}

/** `{ ...{ a }, b }`: the compiler does not look for misspelt properties in such a literal. */
const isSpreadLiteral = (node: Node): boolean =>
  node.type === 'ObjectExpression' &&
  (node.properties as Node[]).some(
    ({ type, argument }) =>
      type === 'SpreadElement' && isNode(argument) && argument.type === 'ObjectExpression',
  );

/** The values that this statement exports; what it passes on of another file is that file's. */
function exportsOf(statement: Node): string[] {
  if (statement.type !== 'ExportNamedDeclaration' || !isNode(statement.declaration)) return [];
  const { type, id, declarations = [] } = statement.declaration;
  if (type.startsWith('TS')) return [];
  return [id, ...(declarations as Node[]).map(({ id }) => id)]
    .filter(isNode)
    .map(({ name }) => String(name))
    .filter(name => name !== 'undefined');
}

type FoundImport = { from: string; typeOnly: boolean; names: string[] | null };

function importOf(node: Node): FoundImport | null {
  const literal = (value: unknown) =>
    isNode(value) && typeof value.value === 'string' ? value.value : null;
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType': {
      const from = literal(node.source);
      const kinds = [node.importKind, node.exportKind];
      const typeOnly = kinds.includes('type') || node.type === 'TSImportType';
      return from === null ? null : { from, typeOnly, names: namesOf(node) };
    }
    case 'CallExpression': {
      const isRequire = isNode(node.callee) && node.callee.name === 'require';
      const from = isRequire ? literal((node.arguments as unknown[])[0]) : null;
      return from === null ? null : { from, typeOnly: false, names: null };
    }
    default:
      return null;
  }
}

function namesOf({ specifiers }: Node): string[] | null {
  if (!Array.isArray(specifiers)) return null;
  const named = (specifiers as Node[]).map(({ imported, local }) => imported ?? local);
  const isWhole = (specifiers as Node[]).some(({ type }) => type === 'ImportNamespaceSpecifier');
  return isWhole ? null : named.filter(isNode).map(({ name }) => String(name));
}

function resolveImport(path: string, { from, ...found }: FoundImport): Import {
  if (from.startsWith('.')) return { ...found, to: join(dirname(path), from), own: true };
  const parts = from.split('/');
  const name = from.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  return { ...found, to: from.startsWith('node:') ? from : (name ?? from), own: false };
}

const AMBIENT_OBJECTS = new Set(['process', 'performance', 'crypto', 'globalThis']);
const AMBIENT_CALLS = new Set([
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]);

function ambientUse(node: Node): string | null {
  const name = (value: unknown) => (isNode(value) ? String(value.name ?? '') : '');
  if (node.type === 'MemberExpression') {
    const [object, property] = [name(node.object), name(node.property)];
    if (AMBIENT_OBJECTS.has(object)) return `${object}.${property}`;
    if (`${object}.${property}` === 'Date.now') return 'Date.now';
    if (`${object}.${property}` === 'Math.random') return 'Math.random';
  }
  if (node.type === 'CallExpression' && AMBIENT_CALLS.has(name(node.callee)))
    return name(node.callee);
  const bare = Array.isArray(node.arguments) && node.arguments.length === 0;
  if (node.type === 'NewExpression' && name(node.callee) === 'Date' && bare) return 'new Date()';
  return null;
}
