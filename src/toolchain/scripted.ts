/** Ruby, PHP and Make. */
import { z } from 'zod';
import { nameMatches } from '../core/paths/file-name.ts';
import { MAKEFILES } from '../core/tool-files.ts';
import { makeTargets } from './make-targets.ts';
import { isPlaceholder } from './placeholder.ts';
import { type DetectedCommand, type DetectedLanguage, firstOf, type Project } from './project.ts';

/** What `Rake::TestTask` does, where no Rakefile names it. */
const EACH_TEST =
  'Dir["./test/**/{*_test,test_*}.rb"].reject { _1.end_with?("/test_helper.rb") }.each { require _1 }';

export function detectRuby(project: Project): DetectedLanguage | null {
  const manifest = firstOf(project, ['Gemfile', 'gems.rb']);
  if (manifest === null) return null;
  const lock = manifest === 'Gemfile' ? 'Gemfile.lock' : 'gems.locked';
  const gemfile = project.text(manifest);
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
  const minitest = project.below.find(
    path =>
      path.startsWith('test/') &&
      nameMatches(path, ['*_test.rb', 'test_*.rb']) &&
      !nameMatches(path, ['test_helper.rb']),
  );
  const isRails = project.has('config/application.rb');
  const test = specs
    ? [bundle('test', `${specs} is there`, 'rspec')]
    : rakeTest
      ? [bundle('test', 'Rakefile has the task test', 'rake', 'test')]
      : minitest && isRails
        ? [bundle('test', `${minitest} is there`, 'rails', 'test')]
        : minitest
          ? [bundle('test', `${minitest} is there`, 'ruby', '-Ilib', '-Itest', '-e', EACH_TEST)]
          : [];
  const linted = project.has('.rubocop.yml') && /\brubocop\b/.test(gemfile);
  return {
    language: 'Ruby',
    ecosystem: 'rubygems',
    manifests: [],
    commands: [
      {
        name: 'install',
        argv: ['bundle', 'install'],
        because: `${project.has(lock) ? lock : manifest} is there`,
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
    isScript(scripts[name])
      ? [
          {
            name,
            argv: ['composer', 'run-script', name],
            because: `composer.json has the script "${name}"`,
          },
        ]
      : [];
  const own = script('test');
  const install = ['composer', 'install', '--no-interaction', '--no-progress'];
  const bridged = own.length === 0 && isBridged(forTests);
  return {
    language: 'PHP',
    ecosystem: 'packagist',
    manifests: ['composer.json'],
    commands: [
      {
        name: 'install',
        argv: bridged
          ? ['sh', '-c', `${install.join(' ')} && vendor/bin/simple-phpunit install`]
          : install,
        because: project.has('composer.lock') ? 'composer.lock is there' : 'composer.json is there',
      },
      ...script('lint'),
      ...(own.length > 0 ? own : testOfPhp(project, forTests)),
    ],
  };
}

/** Symfony's bridge alone brings no PHPUnit: its own command loads one. */
const isBridged = (forTests: Record<string, unknown>): boolean =>
  'symfony/phpunit-bridge' in forTests &&
  !['phpunit/phpunit', 'pestphp/pest', 'symfony/test-pack'].some(name => name in forTests);

function testOfPhp(project: Project, forTests: Record<string, unknown>): DetectedCommand[] {
  const phpunit = firstOf(project, ['phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml']);
  // Tests for Pest mean nothing to PHPUnit, whose configuration Pest reads.
  const pest = 'pestphp/pest' in forTests ? 'vendor/bin/pest' : null;
  const program = pest ?? `vendor/bin/${isBridged(forTests) ? 'simple-phpunit' : 'phpunit'}`;
  if (phpunit !== null) return [{ name: 'test', argv: [program], because: `${phpunit} is there` }];
  const first = project.below.find(
    path => /^tests?\//i.test(path) && nameMatches(path, ['*Test.php']),
  );
  if (first === undefined || !('phpunit/phpunit' in forTests)) return [];
  const folder = first.slice(0, first.indexOf('/'));
  return [{ name: 'test', argv: [program, folder], because: `${first} is there` }];
}

/** One command, or a list of them. */
const isScript = (script: unknown): boolean =>
  (Array.isArray(script) ? script : [script]).some(
    each => typeof each === 'string' && !isPlaceholder(each),
  );

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
  const targets = makeTargets(project.text(makefile));
  const make = (name: 'lint' | 'test', ...among: string[]): DetectedCommand[] => {
    const target = among.find(each => targets.has(each));
    return target
      ? [{ name, argv: ['make', target], because: `${makefile} has the target ${target}` }]
      : [];
  };
  const commands = [...make('lint', 'lint'), ...make('test', 'test', 'check', 'tests')];
  if (commands.length === 0) return null;
  return { language: 'Make', ecosystem: null, manifests: [], commands };
}
