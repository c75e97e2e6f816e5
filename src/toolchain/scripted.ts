/** Ruby, PHP and Make. */
import { z } from 'zod';
import { nameMatches } from '../core/file-name.ts';
import { MAKEFILES } from './known-files.ts';
import { type DetectedCommand, type DetectedLanguage, firstOf, type Project } from './project.ts';

export function detectRuby(project: Project): DetectedLanguage | null {
  if (!project.has('Gemfile')) return null;
  const gemfile = project.text('Gemfile');
  const bundle = (name: 'lint' | 'test', because: string, ...argv: string[]) => ({
    name,
    argv: ['bundle', 'exec', ...argv],
    because,
  });
  const specs = project.below.find(path => nameMatches(path, ['*_spec.rb']));
  const rakeTest =
    /^[ \t]*(?:Rake::TestTask\.new|Minitest::TestTask\.create|task\s+:?test\b)/m.test(
      project.text('Rakefile'),
    );
  const minitest = project.below.find(path => nameMatches(path, ['*_test.rb', 'test_*.rb']));
  const isRails = project.has('config/application.rb');
  const test = specs
    ? [bundle('test', `${specs} is there`, 'rspec')]
    : rakeTest
      ? [bundle('test', 'Rakefile has the task test', 'rake', 'test')]
      : minitest && isRails
        ? [bundle('test', `${minitest} is there`, 'rails', 'test')]
        : [];
  const linted = project.has('.rubocop.yml') && /\brubocop\b/.test(gemfile);
  return {
    language: 'Ruby',
    ecosystem: 'rubygems',
    commands: [
      {
        name: 'install',
        argv: ['bundle', 'install'],
        because: project.has('Gemfile.lock') ? 'Gemfile.lock is there' : 'Gemfile is there',
      },
      ...(linted ? [bundle('lint', 'rubocop is configured', 'rubocop')] : []),
      ...test,
    ],
  };
}

const PartOfComposer = z.record(z.string(), z.unknown()).catch({});
const Composer = z
  .looseObject({ scripts: PartOfComposer, 'require-dev': PartOfComposer })
  .catch({ scripts: {}, 'require-dev': {} });

export function detectPhp(project: Project): DetectedLanguage | null {
  if (!project.has('composer.json')) return null;
  const { scripts, 'require-dev': forTests } = readComposer(project.text('composer.json'));
  const script = (name: 'lint' | 'test'): DetectedCommand[] =>
    scripts[name]
      ? [
          {
            name,
            argv: ['composer', 'run-script', name],
            because: `composer.json has the script "${name}"`,
          },
        ]
      : [];
  const phpunit = firstOf(project, ['phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml']);
  const own = script('test');
  return {
    language: 'PHP',
    ecosystem: 'packagist',
    commands: [
      {
        name: 'install',
        argv: ['composer', 'install', '--no-interaction', '--no-progress'],
        because: project.has('composer.lock') ? 'composer.lock is there' : 'composer.json is there',
      },
      ...script('lint'),
      ...(own.length > 0 || phpunit === null
        ? own
        : [
            {
              name: 'test' as const,
              // Tests for Pest mean nothing to PHPUnit, whose configuration Pest reads.
              argv: ['pestphp/pest' in forTests ? 'vendor/bin/pest' : 'vendor/bin/phpunit'],
              because: `${phpunit} is there`,
            },
          ]),
    ],
  };
}

function readComposer(text: string): z.infer<typeof Composer> {
  try {
    return Composer.parse(JSON.parse(text));
  } catch {
    return Composer.parse(null);
  }
}

/** A Makefile names what it can do; it installs nothing, because `make install` means the system. */
export function detectMake(project: Project): DetectedLanguage | null {
  const makefile = firstOf(project, MAKEFILES);
  if (makefile === null) return null;
  const targets = new Set(project.text(makefile).split('\n').flatMap(targetsOf));
  const make = (name: 'lint' | 'test', ...among: string[]): DetectedCommand[] => {
    const target = among.find(each => targets.has(each));
    return target
      ? [{ name, argv: ['make', target], because: `${makefile} has the target ${target}` }]
      : [];
  };
  const commands = [...make('lint', 'lint'), ...make('test', 'test', 'check', 'tests')];
  if (commands.length === 0) return null;
  return { language: 'Make', ecosystem: null, commands };
}

/** The targets of a rule; an assignment (`:=`) has none. */
function targetsOf(line: string): string[] {
  const colon = line.indexOf(':');
  if (colon < 0 || colon > 200 || /^::?=/.test(line.slice(colon, colon + 3))) return [];
  const names = line.slice(0, colon).trimEnd();
  return /^[\w.\- ]+$/.test(names) ? names.split(' ') : [];
}
