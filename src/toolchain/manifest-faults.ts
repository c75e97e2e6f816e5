/** Manifests that the tools of their language refuse to read: every command of these would only fail. */
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { LARGEST_READ } from './known-files.ts';
import type { DetectedLanguage, Project } from './project.ts';

export type ManifestFault = { path: string; problem: string; language: string };

/** The formats that can be checked here. What is wrong in other manifests is for their tools to say. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  'package.json': JSON.parse,
  'composer.json': JSON.parse,
  'deno.json': parseWithComments,
  'deno.jsonc': parseWithComments,
  'pyproject.toml': parseToml,
  Pipfile: parseToml,
  'Cargo.toml': parseToml,
};

const TOO_LARGE = `is larger than ${LARGEST_READ.toLocaleString('en')} bytes, which is the most that is read`;

/** What is wrong with the manifests that the commands of a language read. */
export function manifestFaults(
  project: Project,
  { language, manifests }: DetectedLanguage,
): ManifestFault[] {
  return manifests.flatMap(name => {
    const problem = project.isCut(name) ? TOO_LARGE : faultIn(name, project.text(name));
    const path = project.directory === '' ? name : `${project.directory}/${name}`;
    return problem === null ? [] : { path, problem, language };
  });
}

function faultIn(name: string, text: string): string | null {
  const parse = PARSERS[name];
  if (parse === undefined) return null;
  try {
    const value = parse(text);
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isTable ? null : 'holds no JSON object';
  } catch {
    return 'has a fault in its syntax';
  }
}

/** Deno takes comments and trailing commas, and a file that is empty. */
function parseWithComments(text: string): unknown {
  const faults: ParseError[] = [];
  const options = { allowTrailingComma: true, allowEmptyContent: true };
  const value: unknown = parseJsonc(text, faults, options);
  if (faults.length > 0) throw new SyntaxError('not JSON with comments');
  return value === undefined ? {} : value;
}
