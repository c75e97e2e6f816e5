/** What a program is told to do, whatever stands before it. */
import { describe, expect, it } from 'vitest';
import { parseCommandLine, plainCommand } from '../../src/core/command-line.ts';
import { subcommand } from '../../src/core/subcommand.ts';

/** A line as an agent would ask about it. */
const read = (line: string) => {
  const parsed = parseCommandLine(line);
  const plain = parsed.ok ? plainCommand(parsed.argv) : parsed;
  return plain.ok ? subcommand(plain.argv) : plain;
};

describe('without the options before it', () => {
  it.each([
    ['git push origin main', 'git push origin main'],
    ['git -C sub push', 'git push'],
    ['git -C sub -C deeper push origin', 'git push origin'],
    ['git -c a=b push', 'git push'],
    ['git -c http.extraHeader=x -c a=b push', 'git push'],
    ['git --git-dir=x push', 'git push'],
    ['git --git-dir x --work-tree y push', 'git push'],
    ['git --no-pager --bare push', 'git push'],
    ['git --exec-path=/x push', 'git push'],
    ['git --config-env=a=B push', 'git push'],
    ['env git push', 'git push'],
    ['env A=1 git -C sub push', 'git push'],
    ['/usr/bin/env git -C sub push', 'git push'],
    ['/usr/bin/git push', 'git push'],
    ['/usr/bin/git -C sub push', 'git push'],
    ["bash -lc 'git -C sub push'", 'git push'],
    // The value is no command, however it is called; nor is what follows the command.
    ['git -C push status', 'git status'],
    ['git -c push status', 'git status'],
    ['git log push', 'git log push'],
    ['git commit -C HEAD', 'git commit -C HEAD'],
    ['git push -C sub', 'git push -C sub'],
    ['npm --prefix sub publish', 'npm publish'],
    ['npm -w sub --otp=1 publish', 'npm publish'],
    ['npm --silent test', 'npm test'],
    ['pnpm -r --filter sub publish', 'pnpm publish'],
    ['yarn --cwd sub publish', 'yarn publish'],
    ['cargo +nightly -Z x publish', 'cargo publish'],
    ['twine --no-color upload dist', 'twine upload dist'],
    // What asks for no command.
    ['git', 'git'],
    ['git --version', 'git'],
    ['git -C', 'git'],
    // Programs that are not known here.
    ['node --test push', 'node --test push'],
    ['./git -C sub push', './git -C sub push'],
    ['constructor -x push', 'constructor -x push'],
  ])('%s is %s', (line, words) => {
    expect(read(line)).toEqual({ ok: true, argv: words.split(' ') });
  });

  it.each([
    'git --unheard-of push',
    'git -X sub push',
    'npm --unheard-of sub publish',
    'git -Csub push',
    'cargo --unheard-of publish',
  ])('%s is refused: an option that is not known may swallow a word', line => {
    const plain = read(line);
    expect(!plain.ok && plain.problem).toMatch(/hides that: put the option behind it\.$/);
  });
});
