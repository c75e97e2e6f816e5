/** The functions and patterns that `src` declares, read by a parser. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

const ROOT = join(import.meta.dirname, '../..');

export type Parameter = { name: string; type: string; optional: boolean };
export type DeclaredFunction = {
  file: string;
  name: string;
  parameters: Parameter[];
  /** Its comment says that its text comes from outside. */
  isForeign: boolean;
};
export type Pattern = { file: string; line: number; source: string; flags: string };
export type Declared = {
  file: string;
  functions: DeclaredFunction[];
  patterns: Pattern[];
  /** How often it puts a pattern together while it runs. */
  built: number;
  /** Other files of `src` that it imports. */
  imports: string[];
  /** Texts of its own code, of which some are marks that it looks for. */
  texts: string[];
};

type Node = { type: string; start: number; end: number; [key: string]: unknown };
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

export const declared = (): Declared[] =>
  readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .sort()
    .map(file => readDeclared(`src/${file}`, readFileSync(join(ROOT, 'src', file), 'utf8')));

export function readDeclared(file: string, text: string): Declared {
  const body = parseAst(text, { lang: 'ts' }, file).body as unknown as Node[];
  const found: Declared = { file, functions: [], patterns: [], built: 0, imports: [], texts: [] };
  for (const node of body) {
    if (node.type === 'ImportDeclaration' && isNode(node.source)) {
      const from = String(node.source.value);
      if (from.startsWith('.')) found.imports.push(posix.join(posix.dirname(file), from));
    }
    if (node.type !== 'ExportNamedDeclaration') continue;
    const before = text.slice(0, node.start).trimEnd();
    const comment = before.endsWith('*/') ? before.slice(before.lastIndexOf('/**')) : '';
    for (const { name, parameters } of functionsIn(node.declaration, text))
      found.functions.push({ file, name, parameters, isForeign: comment.includes('@foreign') });
  }
  walk(body, node => {
    const { regex, value } = node as {
      regex?: { pattern: string; flags: string };
      value?: unknown;
    };
    if (node.type === 'Literal' && regex) {
      const line = text.slice(0, node.start).split('\n').length;
      found.patterns.push({ file, line, source: regex.pattern, flags: regex.flags });
    } else if (node.type === 'Literal' && typeof value === 'string') found.texts.push(value);
    else if (node.type === 'NewExpression' && isNode(node.callee) && node.callee.name === 'RegExp')
      found.built += 1;
  });
  return found;
}

function functionsIn(
  declaration: unknown,
  text: string,
): Pick<DeclaredFunction, 'name' | 'parameters'>[] {
  if (!isNode(declaration)) return [];
  if (declaration.type === 'FunctionDeclaration')
    return [{ name: nameOf(declaration.id), parameters: parametersOf(declaration, text) }];
  if (declaration.type !== 'VariableDeclaration') return [];
  return (declaration.declarations as Node[]).flatMap(({ id, init }) =>
    isNode(init) && init.type === 'ArrowFunctionExpression'
      ? [{ name: nameOf(id), parameters: parametersOf(init, text) }]
      : [],
  );
}

const nameOf = (node: unknown): string => (isNode(node) ? String(node.name) : '');

const parametersOf = (node: Node, text: string): Parameter[] =>
  (node.params as Node[]).map(parameter => {
    const optional = parameter.type === 'AssignmentPattern';
    const target = optional && isNode(parameter.left) ? parameter.left : parameter;
    const annotation = isNode(target.typeAnnotation) ? target.typeAnnotation : null;
    const type = annotation
      ? text.slice(annotation.start, annotation.end).replace(/^:\s*/, '')
      : '';
    return { name: nameOf(target), type, optional: optional || target.optional === true };
  });

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) walk(child, visit);
  }
}
