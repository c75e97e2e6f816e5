/** Walks through what a shell line runs, in the order in which it runs, and collects what policy is asked about. */
import {
  type AndOr,
  type ArithmeticBinary,
  type ArithmeticExpression,
  type Command,
  forEachChild,
  type ParsedScript,
  parse,
  type SyntaxNode,
} from 'unbash';
import { changesPrograms, isOwn, UNREADABLE } from './builtin.ts';
import { createFolders } from './folders.ts';
import { setBy } from './names.ts';
import { programOf } from './program.ts';
import { writtenBy } from './redirection.ts';
import { refuse } from './refused.ts';
import { ranBy } from './runner.ts';
import { isShell, lineOfShell } from './shell-program.ts';
import { subcommand } from './subcommand.ts';
import { checkTest } from './test-words.ts';
import { createVariables } from './variables.ts';
import { known, type ShellWord, shellWord } from './word.ts';
import { wrapped } from './wrapper.ts';

export type ShellPart =
  /** `plain`: without the options before what it is to do, and by its own name, where that differs. */
  /** `runs`: the programs that it runs besides, also without such options. */
  | { kind: 'command'; argv: string[]; plain?: string[]; runs?: string[][] }
  /** Relative to the work tree, or absolute; `~` is the home. */
  | { kind: 'write'; path: string };

/** Policy is asked about each different part, and the agent waits for all of them. */
const MOST_PARTS = 40;
const MOST_COMMANDS = 400;
/** Shells within shells, substitutions in substitutions, and programs that run programs. */
const DEEPEST = 12;
/** Comparisons of `[[ ]]` that calculate. */
const CALCULATES = /^-(?:eq|ne|lt|le|gt|ge)$/;
const ASSIGNS = /^(?:[-+*/%&|^]|<<|>>)?=$/;
const NAME = /^[A-Za-z_]\w*$/;

export function createWalk() {
  const parts = new Map<string, ShellPart>();
  /** Commands of the shell itself, which count where the line has no others. */
  const own = new Map<string, ShellPart>();
  const folders = createFolders();
  const variables = createVariables((name, assignment) => {
    if (name === 'HOME' || name === 'CDPATH') folders.lose();
    // A variable that changes which program runs is a command to be asked about.
    if (changesPrograms(name, assignment)) add({ kind: 'command', argv: ['env', assignment] });
  });
  let isPlain = true;
  let depth = 0;
  let commands = 0;

  const add = (part: ShellPart, to = parts): void => {
    to.set(JSON.stringify(part), part);
    if (parts.size + own.size > MOST_PARTS || ++commands > MOST_COMMANDS)
      refuse('The line runs too many commands to be read: put it into a script, and run that.');
  };

  function within(read: () => void): void {
    if (++depth > DEEPEST) refuse('Shells within shells, nested too deep: run the program itself.');
    read();
    depth -= 1;
  }

  /** The words of one command, with neither variables nor redirections. */
  function command([first, ...rest]: readonly ShellWord[]): void {
    if (!first || first.text === '') return refuse('The command is empty.');
    if (!first.isKnown)
      return refuse(`Which program ${first.text} is can't be known before it runs: write it out.`);
    const [program, ...more] = programOf(first.text);
    const words = [program, ...more].map(known).concat(rest);
    const instead = Object.hasOwn(UNREADABLE, program) ? UNREADABLE[program] : undefined;
    if (instead) return refuse(`What \`${program}\` runs can't be known: ${instead}.`);
    if (words.some(word => !word.isKnown)) isPlain = false;
    if (program === 'cd' || program === 'pushd' || program === 'popd') folders.move(program, rest);
    if (program === 'test' || program === '[') checkTest(rest, variables.isNumber);
    for (const { name, assignment, isNumber } of setBy(program, rest))
      variables.assign(name, assignment, isNumber);
    if (isShell(program)) {
      const line = lineOfShell(words);
      if (line !== null) return within(() => folders.inSubshell(() => script(parse(line))));
    }
    const wrapper = wrapped(words);
    if (wrapper) {
      isPlain = false;
      if (wrapper.setsVariables) for (const word of wrapper.own) variables.environment(word);
    }
    if (!wrapper || wrapper.isJudged) judged(words);
    if (!wrapper) return;
    const inner = () => within(() => command(wrapper.inner));
    if (wrapper.isInPlace) inner();
    else folders.elsewhere(inner);
  }

  function judged(words: readonly ShellWord[]): void {
    const does = subcommand(words);
    if (!does.ok) return refuse(does.problem);
    const argv = words.map(({ text }) => text);
    const differs =
      does.argv.some((word, at) => word !== argv[at]) || does.argv.length < argv.length;
    const plain = differs ? { plain: does.argv } : {};
    const ran = ranBy(words);
    const runs = ran.length > 0 ? { runs: ran } : {};
    add({ kind: 'command', argv, ...plain, ...runs }, isOwn(argv[0] ?? '') ? own : parts);
  }

  function simple(node: Command): void {
    const { name, prefix, suffix, redirects } = node;
    const assigned = [...prefix, ...suffix].filter(part => part.type === 'Assignment');
    if (assigned.length > 0 || redirects.length > 0) isPlain = false;
    for (const each of assigned) variables.assignment(each);
    // Another shell reads `a &>b c d` as two commands.
    const both = suffix.findIndex(part => part.type === 'Redirect' && /^&>/.test(part.operator));
    if (both !== -1 && suffix.slice(both).some(part => part.type === 'Word'))
      refuse('Words behind &> are read in two ways: put the redirection at the end.');
    forEachChild(node, visit);
    if (!name) return;
    const words = [name, ...node.args].map(part =>
      part.type === 'Word'
        ? shellWord(part)
        : {
            text: part.text,
            isKnown: !/[$`]/.test(part.text),
            maySplit: false,
            isAssignment: true as const,
          },
    );
    // `exec >log` alone only redirects.
    if (words.length > 1 || words[0]?.text !== 'exec') command(words);
  }

  function andOr({ commands, operators }: AndOr): void {
    const before = folders.now();
    commands.forEach((node, at) => {
      if (at > 0 && operators[at - 1] === '||') folders.mayBe(before);
      const standing = folders.now();
      visit(node);
      const isMove = node.type === 'Command' && node.name?.text === 'cd';
      // Behind `cd src &&` the shell is in `src`; in all other cases `cd` may have failed.
      if (!isMove || operators[at] !== '&&') folders.mayBe(standing);
    });
    folders.mayBe(before);
  }

  function script(node: ParsedScript): void {
    const [fault] = node.errors ?? [];
    if (fault) refuse(`The line can't be read as a shell would (${fault.message}).`);
    forEachChild(node, visit);
  }

  /** `x = 1` and `x += 1` within arithmetic. */
  function calculated({ operator, left, right }: ArithmeticBinary): void {
    visit(right);
    if (operator === '=') set(left);
    else counted(left);
  }

  function counted(node: ArithmeticExpression): void {
    visit(node);
    set(node);
  }

  function set(node: ArithmeticExpression): void {
    if (node.type !== 'ArithmeticWord' || !NAME.test(node.value))
      return refuse('What arithmetic sets is not read here: set a variable by its name.');
    variables.assign(node.value, `${node.value}=…`, true);
  }

  function visit(node: SyntaxNode): void {
    switch (node.type) {
      case 'Command':
        return simple(node);
      case 'AndOr':
        return andOr(node);
      case 'Script':
        return within(() => folders.inSubshell(() => script(node)));
      case 'Subshell':
        return folders.inSubshell(() => forEachChild(node, visit));
      case 'Pipeline': {
        // Each program of a pipe has a shell of its own; `! cd a` has none.
        const isPipe = node.commands.length > 1;
        return forEachChild(node, child =>
          isPipe ? folders.inSubshell(() => visit(child)) : visit(child),
        );
      }
      case 'For':
      case 'Select':
        variables.loop(node);
        return folders.repeated(() => forEachChild(node, visit));
      case 'If':
      case 'ArithmeticFor':
      case 'While':
      case 'Case':
        return folders.repeated(() => forEachChild(node, visit));
      case 'Function':
        return folders.repeated(() => folders.elsewhere(() => forEachChild(node, visit)));
      case 'Statement': {
        const before = folders.now();
        forEachChild(node, visit);
        return folders.mayBe(before);
      }
      case 'Coproc':
        return refuse('`coproc` is not read: run the program with & behind it.');
      case 'ArithmeticCommand':
        return refuse('`(( ))` is read in two ways: use `[ ]`, or `x=$(( ))`.');
      case 'ArithmeticExpansion':
        if (!node.expression) refuse(`${node.text} is not read as arithmetic.`);
        break;
      case 'ArithmeticBinary':
        return ASSIGNS.test(node.operator) ? calculated(node) : forEachChild(node, visit);
      case 'ArithmeticUnary':
        if (node.operator === '++' || node.operator === '--') return counted(node.operand);
        break;
      case 'ArithmeticWord':
        if (/\s/.test(node.value)) refuse(`${node.value} is not read as arithmetic.`);
        forEachChild(node, visit);
        return variables.calculate(node.value);
      case 'ArithmeticCommandExpansion':
        forEachChild(node, visit);
        return variables.calculate(node.text);
      case 'TestUnary':
        if (/^-[vR]$/.test(node.operator) && !NAME.test(node.operand.text))
          refuse(`What -v ${node.operand.text} looks at can't be known before it runs.`);
        break;
      case 'TestBinary':
        if (CALCULATES.test(node.operator))
          for (const side of [node.left, node.right]) variables.compare(side);
        break;
      case 'ParameterExpansion':
        variables.expanded(node);
        break;
      case 'Slice':
        for (const part of [node.offset, node.length]) if (part) variables.calculate(part.text);
        break;
      case 'AnsiCQuoted':
        // A shell without this kind of quotes ends the text at the quote that is escaped here.
        if (node.text.includes("\\'")) refuse("`\\'` within $'…' is read in two ways: use \"…\".");
        return;
      case 'Transform':
      case 'Unknown':
        return refuse(`\${…${node.operator}…} is not read: leave it out.`);
      case 'Redirect': {
        const { descriptor } = node;
        if (descriptor?.type === 'FileDescriptorVariable')
          variables.assign(descriptor.name, `${descriptor.name}=…`, true);
        const path = writtenBy(node);
        if (path !== null) for (const at of folders.below(path)) add({ kind: 'write', path: at });
        break;
      }
    }
    forEachChild(node, visit);
  }

  return {
    script,
    command,
    /** The commands, then what is written. */
    parts: (): ShellPart[] => {
      variables.end();
      const all = [...parts.values()];
      const programs = all.filter(({ kind }) => kind === 'command');
      return [
        ...(programs.length > 0 ? programs : own.values()),
        ...all.filter(({ kind }) => kind === 'write'),
      ];
    },
    isPlain: () => isPlain && parts.size + own.size === 1,
  };
}
