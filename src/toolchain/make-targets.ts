/** The targets that a Makefile does something for, as far as its own text tells; what it includes is not read. */
import { isPlaceholder } from './placeholder.ts';

/** What is done for a target: whether it has prerequisites, and a line of a recipe that does anything. */
type Rule = { targets: string[]; works: boolean };

/** A target of which no rule has a prerequisite or a recipe, or one that only says something, is left out. @foreign */
export function makeTargets(text: string): Set<string> {
  const found = new Set<string>();
  let rule: Rule = { targets: [], works: false };
  let defines = 0;
  const end = () => {
    if (rule.works) for (const target of rule.targets) found.add(target);
    rule = { targets: [], works: false };
  };
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    // What is defined is a text until something expands it.
    if (/^ *(?:override +)?define\b/.test(line)) defines++;
    else if (/^ *endef\b/.test(line)) defines = Math.max(0, defines - 1);
    else if (defines > 0) continue;
    else if (line.startsWith('\t')) rule.works ||= works(line);
    else {
      const next = ruleOf(line);
      if (next === null) continue;
      end();
      rule = next;
    }
  }
  end();
  return found;
}

/** Of a line of a recipe; `@`, `-` and `+` in front say how make runs it. */
function works(line: string): boolean {
  const command = line.trimStart().replace(/^[@+-]{1,5}\s*/, '');
  return !command.startsWith('#') && !isPlaceholder(command);
}

/** Assignments, of a target too, are no rules. */
function ruleOf(line: string): Rule | null {
  const colon = line.indexOf(':');
  if (colon < 0 || line.trimStart().startsWith('#') || /^::?:?=/.test(line.slice(colon, colon + 4)))
    return null;
  const names = line.slice(0, colon).replace(/&$/, '').trim();
  const [prerequisites = '', ...recipe] = line.slice(colon).replace(/^::?/, '').split(';');
  const wanted = prerequisites.replace(/#.*/, '').trim();
  if (/^(?:(?:export|override|private|unexport)\s+)*[\w.-]+\s*[:+?!]{0,3}=/.test(wanted))
    return null;
  return {
    // Names that make puts together from variables and patterns are nobody's to know.
    targets: /^[\w./\- ]{1,200}$/.test(names) ? names.split(' ') : [],
    works: wanted !== '' || recipe.some(each => works(each)),
  };
}
