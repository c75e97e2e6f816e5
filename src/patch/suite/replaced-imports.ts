/** Finds what a test imported from the code and now has of its own: it tests a copy then. */
import type { SkipMark } from './suite.ts';
import type { Language } from './syntax.ts';

type Import = { module: string; names: string };

/** Modules of the repository, as far as their names tell. */
const JAVASCRIPT =
  /\bimport\s([^'"`;]{1,500})\bfrom\s{0,9}["'](\.[^"'\n]{1,300})["']|\b(?:const|let|var)\s([^=;]{1,500})=\s{0,9}require\(\s{0,9}["'](\.[^"'\n]{1,300})["']/g;
const PYTHON = /^from ([\w.]{1,200}) import ([^\n(]{1,500}|\([^)]{1,1000}\))/gm;

/** Helpers are written into a test, and taken out of it, every day. */
const HELPERS = /test|spec|helper|fixture|mock|fake|stub|util|support|factor|setup|typing|common/i;

/** Marks for names that `before` imported and `after` declares. @foreign */
export function replacedImports(before: string, after: string, language: Language): SkipMark[] {
  if (language !== 'javascript' && language !== 'python') return [];
  const left = new Set(imports(language, after).flatMap(namesOf));
  const declared = declarations(language, after);
  return imports(language, before)
    .filter(({ module }) => !HELPERS.test(module))
    .flatMap(each => namesOf(each).map(name => ({ name, module: each.module })))
    .filter(({ name }) => !left.has(name) && declared.has(name))
    .map(({ name, module }) => ({
      line: declared.get(name) ?? 0,
      text: name,
      what: `is tested as declared here, no longer as imported from ${module.slice(0, 60)}`,
    }));
}

function imports(language: 'javascript' | 'python', text: string): Import[] {
  if (language === 'python')
    return [...text.matchAll(PYTHON)].map(([, module = '', names = '']) => ({ module, names }));
  return [...text.matchAll(JAVASCRIPT)].map(([, imported, from, required, file]) => ({
    module: from ?? file ?? '',
    names: imported ?? required ?? '',
  }));
}

/** The names by which the file has what it imports: `b` of `a as b` and of `a: b`. */
const namesOf = ({ names }: Import): string[] =>
  names
    .replace(/[{}()*]/g, ',')
    .split(',')
    .flatMap(
      each =>
        each
          .trim()
          .split(/\s+as\s+|\s*:\s*|\s+/)
          .at(-1) || [],
    );

/** Names that a file declares, with their lines. */
function declarations(language: 'javascript' | 'python', text: string): Map<string, number> {
  const pattern =
    language === 'python'
      ? /^\s{0,50}(?:async )?(?:def|class) (\w{1,100})|^(\w{1,100}) ?= ?(?:lambda|Mock|MagicMock)\b/
      : /^\s{0,50}(?:export )?(?:async )?(?:function\*?|class|const|let|var) ([\w$]{1,100})/;
  const found = text.split('\n').map((line, at) => {
    const [, name, other] = pattern.exec(line) ?? [];
    return [name ?? other ?? '', at + 1] as const;
  });
  return new Map(found.filter(([name]) => name !== ''));
}
