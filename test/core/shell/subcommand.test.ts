/** What a program is told to do, whatever stands before it. */
import { describe, expect, it } from 'vitest';
import { readShellLine } from '../../../src/core/shell/read-line.ts';

/** A line as an agent would ask about it. */
const read = (line: string) => {
  const reading = readShellLine(line);
  if (!reading.ok) return reading;
  const [part] = reading.parts;
  return { ok: true, argv: part.kind === 'command' ? (part.plain ?? part.argv) : [] };
};

describe('without the options before it', () => {
  it.each([
    ['git push origin main', 'git push origin main'],
    ['git -C sub push', 'git push'],
    ['git -C sub -C deeper push origin', 'git push origin'],
    ['git -c user.name=b push', 'git push'],
    ['git -c "user.name=$x" push', 'git push'],
    ['git -c http.extraHeader=x -c color.ui=never push', 'git push'],
    ['git -c core.pager=cat -c credential.helper= push', 'git push'],
    ['git --git-dir=x push', 'git push'],
    ['git --git-dir x --work-tree y push', 'git push'],
    ['git --no-pager --bare push', 'git push'],
    ['/usr/lib/git-core/git-push origin', 'git push origin'],
    ['env git push', 'git push'],
    ['env A=1 git -C sub push', 'git push'],
    ['/usr/bin/env git -C sub push', 'git push'],
    ['/usr/bin/git push', 'git push'],
    ['/usr/bin/git -C sub push', 'git push'],
    ["bash -lc 'git -C sub push'", 'git push'],
    // The value is no command, however it is called; nor is what follows the command.
    ['git -C push status', 'git status'],
    ['git --namespace push status', 'git status'],
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
    ['git -C "$dir" push', 'git push'],
    ['kubectl -n shop --context=a delete pod x', 'kubectl delete pod x'],
    ['docker --context prod run x', 'docker run x'],
    ['terraform -chdir=infra apply', 'terraform apply'],
    ['aws --region eu-1 s3 rm x', 'aws s3 rm x'],
    ['uv --directory sub publish', 'uv publish'],
    ['poetry -C sub publish', 'poetry publish'],
    // By another name, or its beginning.
    ['npm pub', 'npm publish'],
    ['npm pu --tag x', 'npm publish --tag x'],
    ['npm i', 'npm install'],
    ['npm -w sub rum lint', 'npm run lint'],
    ['npm p', 'npm p'],
    ['gem pus a.gem', 'gem push a.gem'],
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
    'kubectl --unheard-of x delete pod y',
    'docker -x $y',
  ])('%s is refused: an option that is not known may swallow a word', line => {
    const plain = read(line);
    expect(!plain.ok && 'problem' in plain && plain.problem).toMatch(
      /hides that: put the option behind it\.$/,
    );
  });

  it.each([
    ...['git $a', 'git -C $dir push', 'git "$@"', 'git pus*', 'git {push,x}', 'git `echo push`'],
    ...['npm "$what"', 'npm -w $a publish', 'git -c $x push', 'gh $x', 'docker $y', 'make $x'],
  ])('%s is refused: the shell decides what is done', line => {
    const plain = read(line);
    expect(!plain.ok && 'problem' in plain && plain.problem).toMatch(
      /can't be known before it runs: write out /,
    );
  });

  it.each([
    ...["git -c alias.x='!git push' x", "git -c core.pager='git push' -p log", 'git -c a=b push'],
    ...['git -c core.fsmonitor=./evil status', 'git -c Core.SSHCommand=./evil fetch'],
    ...['git -c diff.external=./evil diff', 'git -c include.path=evil status'],
    ...['git -c url.https://evil.example/.insteadOf=https://github.com/ push'],
  ])('%s is refused: a setting may run something else', line => {
    const plain = read(line);
    expect(!plain.ok && 'problem' in plain && plain.problem).toMatch(
      /may have git run something else: leave it out\.$/,
    );
  });

  it.each([
    ...[
      'git --exec-path=./evil status',
      'git --config-env=core.pager=X log',
      'npm --userconfig=x t',
    ],
    ...[
      'npm --script-shell=./evil test',
      'npm test --script-shell=./evil',
      'npm test --scr=./evil',
    ],
    ...['npm test --script-shell ./evil', 'npm --node-options=--require=./evil.js test'],
    ...[
      'pnpm --config.script-shell=./evil test',
      'cargo build --config build.rustc-wrapper="./evil"',
    ],
    ...['yarn --script-shell=./evil test', 'pnpm test --shell-emulator'],
  ])('%s is refused: an option runs something else', line => {
    const plain = read(line);
    expect(!plain.ok && 'problem' in plain && plain.problem).toMatch(/hides (?:what|that)/);
  });

  it('what follows -- is for another program', () => {
    expect(read('npm test -- --config=x --shell')).toEqual({
      ok: true,
      argv: ['npm', 'test', '--', '--config=x', '--shell'],
    });
  });
});

describe('what a program runs besides', () => {
  const runs = (line: string) => {
    const reading = readShellLine(line);
    if (!reading.ok) return reading.problem;
    const [part] = reading.parts;
    return part.kind === 'command' ? part.runs?.at(-1)?.join(' ') : '';
  };
  it.each([
    ['npx npm publish', 'npm publish'],
    ['npx -y npm@10 -w sub pub', 'npm publish'],
    ['npx @scope/tool@1 x', '@scope/tool x'],
    ['npm exec --package=a -- cargo publish', 'cargo publish'],
    ['npm x cargo publish', 'cargo publish'],
    ['pnpm dlx jsr publish', 'jsr publish'],
    ['bunx npm publish', 'npm publish'],
    ['yarn dlx -p a npm publish', 'npm publish'],
    ['corepack pnpm publish', 'pnpm publish'],
    ['uv run --with x git -C sub push', 'git push'],
    ['uv run -m twine upload x', 'twine upload x'],
    ['uv tool run twine upload dist', 'twine upload dist'],
    ['uvx twine==5 upload dist', 'twine upload dist'],
    ['python3 -m twine upload dist', 'twine upload dist'],
    ['python -Wignore -um twine upload', 'twine upload'],
    ['poetry run python -m pip install x', 'pip install x'],
    ['bundle exec gem push x', 'gem push x'],
    ['env A=1 npx /usr/bin/git push', 'git push'],
  ])('%s: %s', (line, ran) => {
    expect(runs(line)).toBe(ran);
  });
  it.each([
    ...['npx', 'npx --version', 'npm run build', 'python3 build.py -m twine', 'python3 -c "-m"'],
    ...['corepack enable', 'yarn npm publish', 'uv sync', 'pnpm test'],
  ])('%s: nothing', line => {
    expect(runs(line)).toBeUndefined();
  });
  it.each([
    ...['npx -c "npm publish"', 'npx $tool', 'uv run bash -c "git push"', 'npx env npm publish'],
    ...['uv run --unheard-of x git push', 'python -m $module', 'bundle exec strace git push'],
    `${'npx '.repeat(5)}tsc`,
  ])('%s is refused', line => {
    expect(runs(line)).toMatch(/run the program itself|hides|can't be known/);
  });
});
