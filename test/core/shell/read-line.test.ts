// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a shell's variables are written so.
/** What a shell line runs and writes, and which lines are refused because it can't be known. */
import { describe, expect, it } from 'vitest';
import { readArgv, readShellLine, type ShellReading } from '../../../src/core/shell/read-line.ts';

/** Commands as words, and `> path` for each file that is written. */
const told = (reading: ShellReading): string[] | string =>
  reading.ok
    ? reading.parts.map(part =>
        part.kind === 'write' ? `> ${part.path}` : (part.plain ?? part.argv).join(' '),
      )
    : reading.problem;

describe('what a line runs', () => {
  it.each<[string, string[]]>([
    ['npm test', ['npm test']],
    ['ls && pwd', ['ls']],
    ['npm test 2>&1 | tail -20', ['npm test', 'tail -20']],
    ['cd src && grep -rn foo .', ['grep -rn foo .']],
    ['for f in *.js; do node --check "$f"; done', ['node --check "$f"']],
    ['A=1 npm test', ['npm test']],
    ['PATH=bin:$PATH npm test', ['env PATH=bin:$PATH', 'npm test']],
    ['export NODE_OPTIONS=-r=x; npm test', ['env NODE_OPTIONS=-r=x', 'npm test']],
    ['NODE_ENV=test CARGO_TERM_COLOR=never GIT_PAGER=cat npm test', ['npm test']],
    ['GIT_PAGER=./show git log', ['env GIT_PAGER=./show', 'git log']],
    ['make -j$(nproc) test', ['nproc', 'make -j$(nproc) test']],
    ['pnpm -r --parallel run build', ['pnpm run build']],
    ['rg -- "$x" src | sort -u', ['rg -- "$x" src', 'sort -u']],
    ['if [ -f a ]; then cat a; else make a; fi', ['cat a', 'make a']],
    ['while read -r l; do echo "$l"; done < list', ['read -r l', 'echo "$l"']],
    ['case $x in a) cat a;; *) cat b;; esac', ['cat a', 'cat b']],
    ['f() { cat "$1"; }; f a', ['cat "$1"', 'f a']],
    ['(cat a; cat b) & wait', ['cat a', 'cat b']],
    ['! cat a || { cat b; }', ['cat a', 'cat b']],
    ['[[ -n $(cat a) ]] && ls', ['cat a', 'ls']],
    ['echo "$(cat a)" `cat b`', ['cat a', 'cat b', 'echo "$(cat a)" `cat b`']],
    ['x=$(cat a); y=${x:-$(cat b)}', ['cat a', 'cat b']],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; npm test', ['npm test']],
    ['for i in {1..3} 7; do echo $((i * 2)); done', ['echo $((i * 2))']],
    ['for ((i=0; i<3; i++)); do npm test; done', ['npm test']],
    ['[[ $# -eq 0 && $? -ne 0x1 ]] && npm test', ['npm test']],
    ['[ "$x" = a -o -n "$y" ] && [ ! "$z" ] && [ $# -gt 0 ]; npm test', ['npm test']],
    ['test -z "$(cat a)" && [ "$(cat b)" -gt 2 ] && ls', ['cat a', 'cat b', 'ls']],
    [
      'echo "${a[0]} ${a[@]} ${#a[@]} ${x:0:7} ${!a[@]}"; ls',
      ['echo "${a[0]} ${a[@]} ${#a[@]} ${x:0:7} ${!a[@]}"', 'ls'],
    ],
    ['f() { local i x=1; unset -f g; export A="$1" "B=$2"; }; npm test', ['npm test']],
    [
      'printf "a$x"; printf -v x %s a; read -rp "$q" y; mapfile -t l < a; wait "$!"',
      ['printf "a$x"', 'printf -v x %s a', 'read -rp "$q" y', 'mapfile -t l'],
    ],
    ['GOAL=1 xvfb-run -a npm test', ['npm test']],
    ['set -euo pipefail; set -- "$x"; npm test', ['npm test']],
    ['//usr/bin/git push', ['git push']],
    ['/usr/bin/../bin/./git push', ['git push']],
    ['../node_modules/.bin/tsc -p .', ['../node_modules/.bin/tsc -p .']],
    ['bash -oc pipefail "git push"', ['git push']],
    ['env a.b=1 git push', ['git push']],
    ['sudo A=1 git push', ['sudo A=1 git push', 'git push']],
    ['diff <(cat a) <(cat b)', ['cat a', 'cat b', 'diff <(cat a) <(cat b)']],
    ['cat <<EOF\n$(cat b)\nEOF', ['cat b', 'cat']],
    ["cat <<'EOF'\n$(git push)\nEOF", ['cat']],
    [
      'git commit -m "$(cat <<\'EOF\'\na\nEOF\n)"',
      ['cat', 'git commit -m "$(cat <<\'EOF\'\na\nEOF\n)"'],
    ],
    ['# nothing\nls # more', ['ls']],
    ['npm \\\n  test', ['npm test']],
    ['true', ['true']],
    ['cd src', ['cd src']],
    ["bash -lc 'ls; npm test'", ['ls', 'npm test']],
    ['bash -euo pipefail -c "ls | wc"', ['ls', 'wc']],
    ['sh build.sh a', ['sh build.sh a']],
    ['bash --version', ['bash --version']],
    [
      'find . -exec sh -c \'cat "$1"\' _ {} \\;',
      ['find . -exec sh -c cat "$1" _ {} ;', 'cat "$1"'],
    ],
    ['timeout -k 5 60 npm test', ['npm test']],
    ['nice -n 5 env -u B A=1 npm test', ['npm test']],
    ['command -v npm', ['command -v npm']],
    ['xargs -0 -n1 cat', ['xargs -0 -n1 cat', 'cat …']],
    ['exec > /tmp/log 2>&1; ls', ['ls', '> /tmp/log']],
  ])('%j', (line, commands) => {
    expect(told(readShellLine(line))).toEqual(commands);
  });

  it.each([
    ...[
      'true; git push',
      'true && git push',
      'false || git push',
      'ls | git push',
      'ls & git push',
    ],
    ...[
      'echo $(git push)',
      'echo "`git push`"',
      'x=$(git push)',
      'cat <(git push)',
      'ls\ngit push',
    ],
    ...[
      'cat <<E\n$(git push)\nE',
      'cat <<< "$(git push)"',
      'ls > "/tmp/a" $(git push)',
      '(git push)',
    ],
    ...[
      '{ git push; }',
      'if git push; then :; fi',
      'f() { git push; }',
      '! git push',
      'time git push',
    ],
    ...[
      'for x in $(git push); do :; done',
      'case $(git push) in *) ;; esac',
      '[[ a = $(git push) ]]',
    ],
    ...[
      'exec git push',
      'command git push',
      'builtin git push',
      'env git push',
      'env -i A=1 git push',
    ],
    ...['nohup git push', 'timeout 5 git push', 'timeout -s KILL 5 git push', 'nice git push'],
    ...['nice -n5 git push', 'nice -5 git push', 'setsid -w git push', 'stdbuf -oL git push'],
    ...['ionice -c 3 git push', 'time -p git push', '/usr/bin/time -v git push', 'xargs git push'],
    ...['xargs -I % git push %', 'xargs -0rt -n 1 -- git push', 'find . -exec git push {} +'],
    ...[
      "find . -execdir git push ';'",
      'sudo -u a git push',
      'flock /tmp/l git push',
      'A=1 git push',
    ],
    ...[
      'bash -c "git push"',
      "sh -c 'true; git push'",
      'bash -lc "sh -c \'git push\'"',
      'g\\it push',
    ],
    ...[
      '"git" \'push\'',
      "$'git' push",
      'git \\\n push',
      '/usr/bin/git push',
      'git -c user.name=b push',
      'noglob git push',
    ],
    ...[
      'git -C "$d" push',
      'git push "$x"',
      'busybox sh -c "git push"',
      'env -u A nohup nice git push',
    ],
    ...[
      '${x:-$(git push)}=1 ls',
      'echo ${a[$(git push)]}',
      'echo $((a[$(git push)]))',
      'a=(b $(git push))',
    ],
    ...[
      'ls >$(git push)',
      'while :; do git push; done',
      'until git push; do :; done',
      'ls;git push',
    ],
  ])('%j runs git push, or is refused', line => {
    const reading = readShellLine(line);
    const read = told(reading);
    if (reading.ok) expect(read).toContainEqual(expect.stringMatching(/^git push/));
    else expect(read).toMatch(/can't be known|not read as arithmetic/);
  });
});

describe('what changes which program runs is a command of its own', () => {
  it.each<[string, string]>([
    ['for PATH in ./evil; do npm test; done', 'env PATH=./evil'],
    ['select PATH in ./evil; do npm test; done', 'env PATH=./evil'],
    ['unset PATH; : ${PATH:=./evil}; npm test', 'env PATH=./evil'],
    [': "${PATH=./evil}"; npm test', 'env PATH=./evil'],
    ['unset PATH; npm test', 'env PATH='],
    [': $((PATH=1)); npm test', 'env PATH=…'],
    ['for ((PATH=1; ; )); do npm test; done', 'env PATH=…'],
    ["export 'PATH=./evil'; npm test", 'env PATH=./evil'],
    ['export "PATH=./evil:$PATH"; npm test', 'env PATH=./evil:$PATH'],
    ["readonly 'PATH=./evil'; npm test", 'env PATH=./evil'],
    ["command export 'PATH=./evil'; npm test", 'env PATH=./evil'],
    ['f() { local PATH; npm test; }; f', 'env PATH='],
    ['read -r PATH < a; npm test', 'env PATH=…'],
    ['read -ra x PATH < a; npm test', 'env PATH=…'],
    ['printf -v PATH ./evil; npm test', 'env PATH=…'],
    ['printf -vPATH ./evil; npm test', 'env PATH=…'],
    ['mapfile -t PATH < a; npm test', 'env PATH=…'],
    ['getopts a PATH; npm test', 'env PATH=…'],
    ['wait -np PATH; npm test', 'env PATH=…'],
    ['exec {PATH}>a; npm test', 'env PATH=…'],
    ["PS4='$(git push)'; set -x; npm test", "env PS4='$(git push)'"],
    ['PROMPT_COMMAND=a npm test', 'env PROMPT_COMMAND=a'],
    ['HOME=./evil git status', 'env HOME=./evil'],
    ['env "PATH=./evil:$PATH" npm test', 'env PATH=./evil:$PATH'],
    [
      "env 'BASH_FUNC_npm%%=() { git push; }' bash -c 'npm test'",
      'env BASH_FUNC_npm%%=() { git push; }',
    ],
    ['sudo PATH=./evil npm test', 'env PATH=./evil'],
  ])('%j', (line, asked) => {
    expect(told(readShellLine(line))).toEqual(expect.arrayContaining([asked]));
  });
});

describe('what a line writes', () => {
  it.each<[string, string[]]>([
    ['ls > a', ['ls', '> a']],
    ['ls >> a 2> b', ['> a', '> b']],
    ['ls >| a <> b', ['> a', '> b']],
    ['ls &> a', ['> a']],
    ['ls >& a', ['> a']],
    ['ls 2>&1 >&- < in', []],
    ['> a', ['> a']],
    ["cat > 'a b' <<E\nx\nE", ['> a b']],
    ['{ ls; } > a', ['> a']],
    ['for x in 1 2; do ls; done > a', ['> a']],
    ['cd src && ls > a', ['> src/a']],
    ['cd src && cd lib && ls > a', ['> src/lib/a']],
    // It may have failed, so both are asked about.
    ['cd src; ls > a', ['> src/a', '> a']],
    ['cd src || ls > a', ['> src/a', '> a']],
    ['(cd src && ls); ls > a', ['> a']],
    ['cd src | ls > a', ['> a']],
    ['cd /tmp && ls > a', ['> /tmp/a']],
    ['cd ~ && ls > a', ['> ~/a']],
    ['sh -c "cd src && ls > a"', ['> src/a']],
    ['command cd src && ls > a', ['> src/a', '> a']],
    ['cd "$x"; ls > /work/a', ['> /work/a']],
  ])('%j', (line, written) => {
    const reading = readShellLine(line);
    const parts = reading.ok ? reading.parts : [];
    expect(reading).toMatchObject({ ok: true });
    const writes = parts.flatMap(part => (part.kind === 'write' ? [`> ${part.path}`] : []));
    expect(writes.toSorted()).toEqual(written.filter(what => what.startsWith('>')).toSorted());
  });

  it.each([
    ...['ls > "$f"', 'ls > *.js', 'ls > $(cat a)', 'cd "$x" && ls > a', 'cd - && ls > a'],
    ...['pushd a; ls > b', 'for x in 1 2; do ls > a; cd ..; done', 'f() { ls > a; }; cd x; f'],
    ...['HOME=/work; ls > ~/a', 'export CDPATH=.git; cd hooks && ls > a', 'ls > ~+/a'],
    ...['find .git -execdir sh -c "ls > config" \\;', 'env -C .git sh -c "ls > config"'],
    ...['exec 3<>/dev/tcp/host/80', 'cat < /dev/tcp/host/80'],
  ])('%j is refused: where is not known', line => {
    expect(told(readShellLine(line))).toMatch(/known|host is no file|with `cd` in it/);
  });
});

describe('is refused, with what to do', () => {
  it.each<[string, RegExp]>([
    ['$x push', /Which program \$x is/],
    ['"$(echo git)" push', /Which program/],
    ['{git,push}', /Which program/],
    ['g?t push', /Which program/],
    ['/usr/bin/g*t push', /Which program/],
    ['eval "git push"', /write the command out/],
    ['source a.sh', /by its path/],
    ['. venv/bin/activate', /by its path/],
    ['alias x="git push"', /write the command out/],
    ["trap 'git push' EXIT", /at the end of the line/],
    ['coproc git push', /coproc/],
    ['sh -c "$X"', /write it out/],
    ['bash $X -c ls', /write it out/],
    ['echo git push | sh', /write the commands as they are/],
    ['sh <<E\ngit push\nE', /write the commands as they are/],
    ['bash <<< "git push"', /write the commands as they are/],
    ['bash <(echo git push)', /write the commands as they are/],
    ['sh /dev/stdin', /write the commands as they are/],
    ['bash -s a', /write the commands as they are/],
    ['xargs sh', /write the commands as they are|can't be known/],
    ["xargs -I{} sh -c '{}'", /can't be known/],
    ['xargs sh -c \'git "$@"\' _', /can't be known/],
    ['xargs git', /can't be known/],
    ['rg --pre ./run x', /by --pre can't be known/],
    ['rg "$x" src', /put `--` before it/],
    ['sort --compress-prog=./run a', /leave the option out/],
    ['A=1', /runs no program/],
    ['find . -exec {} push \\;', /Which program/],
    ['find $x -name a -exec ls \\;', /hides what runs/],
    ['env -S "git push"', /hides what runs/],
    ['env --split-string=git\\ push', /hides what runs/],
    ['timeout --unheard-of 5 git push', /hides what runs/],
    ['nice $x git push', /hides what runs|Which program/],
    ['timeout $x git push', /hides what runs/],
    ['env A=$x git push', /hides what runs|git push/],
    ['echo ${x@P}', /not read/],
    ['((git push))', /two ways/],
    ['echo $((git push))', /arithmetic/],
    ['echo &>a git push', /two ways/],
    ["x='a[$(git push)]'; : $((x)); npm test", /What x comes to as a number/],
    ["x='a[$(git push)]'; : $(( $x + 1 )); npm test", /What \$x comes to/],
    ["x=1; for ((;;)); do : $((x)); x='a[$(git push)]'; done", /What x comes to/],
    ['echo $((1 + $(cat n)))', /What \$\(cat n\) comes to/],
    ['f() { : $(($1)); }; f "a[\\$(git push)]"', /What \$1 comes to/],
    ['echo ${a[x]}', /What x comes to/],
    ['echo ${a:x}', /What x comes to/],
    ['a[x]=1; ls', /What x comes to/],
    ['a=([x]=1); ls', /without their places/],
    ["x='a[$(git push)]'; echo ${!x}", /What \$\{!x\} stands for/],
    ["[ -v 'a[$(git push)]' ] && npm test", /in a test can't be known/],
    ['[ a -o -v "$x" ] && npm test', /in a test can't be known/],
    ['test "$x" "$y" && npm test', /in a test can't be known/],
    ["[ 'a[$(git push)]' -eq 0 ] || npm test", /in a test can't be known/],
    ['[ $x ] && npm test', /put it in quotes/],
    ["[[ 'a[$(git push)]' -eq 0 ]] || npm test", /comes to as a number/],
    ['[[ $x -eq 0 ]] || npm test', /What \$x comes to/],
    ["[[ -v 'a[$(git push)]' ]] || npm test", /can't be known/],
    ["unset 'a[$(git push)]'; npm test", /write its name out/],
    ['unset "$x"; npm test', /write its name out/],
    ["read 'a[$(git push)]' < a", /write its name out/],
    ["printf -v 'a[$(git push)]' x", /write its name out/],
    ['printf "$x" PATH ./evil', /may be an option/],
    ["declare -i x='a[$(git push)]'", /write its name out/],
    ['declare -n x=PATH; x=./evil', /write its name out/],
    ["declare 'a[$(git push)]=1'", /write its name out/],
    ['export "$x"; npm test', /write its name out/],
    ["mapfile -C 'git push' -c 1 a < b", /write its name out/],
    ['env "$x=1" npm test', /can't be known/],
    ['hash -p ./evil npm; npm test', /leave it out/],
    ["compgen -C 'git push'", /leave it out/],
    ["emulate sh -c 'git push'", /use sh -c/],
    ['../usr/bin/git push', /write its path from/],
    ['/lib64/ld-linux-x86-64.so.2 /usr/bin/git push', /run that itself/],
    ['strace -f git push', /run the program itself/],
    ["su -c 'git push'", /run the program itself/],
    ['set -A PATH ./evil; npm test', /write its name out/],
    ['set "$x" PATH ./evil; npm test', /write its name out/],
    [': ${x:=5}; : $((x))', /What x comes to/],
    ["bash --rcfile ./evil -ic 'npm test'", /runs that file first/],
    ["bash --init-file=./evil -ic 'npm test'", /runs that file first/],
    ['/proc/self/root/usr/bin/git push', /write its own path/],
    ["echo $'a\\'; git push; echo \\'b'", /two ways/],
    ['echo "a', /can't be read as a shell would/],
    ['if true', /can't be read as a shell would/],
    ['', /empty/],
    ['# a', /empty/],
    ['A=1', /empty/],
    ["sh -c ''", /empty/],
    ['sh -c', /empty/],
  ])('%j', (line, problem) => {
    const reading = readShellLine(line);
    expect(reading).toMatchObject({ ok: false });
    expect(told(reading)).toMatch(problem);
  });

  it.each([
    ...[
      ['sh', '-c', 'cat a | sh'],
      [...Array(14).fill('env'), 'ls'],
    ],
    ...[[''], ['bash', '-c'], ['eval', 'ls'], ['git', '--unheard-of', 'push']],
  ])('the argv %j, %j, %j', (...argv) => {
    expect(readArgv(argv)).toMatchObject({ ok: false });
  });

  it.each([
    ['(', ')'],
    ['$(', ')'],
    ['"$(', ')"'],
    ['<(', ')'],
    ['{ ', '; }'],
    ['if ', ''],
    ['<<a ', ''],
    ['f() ', ''],
    ['a && ', 'a'],
    ['a;', ''],
    ['env ', ''],
    ['`', '`'],
    ["sh -c '", "'"],
  ])('thousands of %j', (open, close) => {
    const many = Math.floor(32_000 / (open.length + close.length));
    expect(readShellLine(open.repeat(many) + close.repeat(many))).toMatchObject({ ok: false });
    expect(readShellLine(open.repeat(1_000_000))).toMatchObject({ ok: false });
  });
});

describe('an argv', () => {
  it.each<[string[], string[]]>([
    [['/usr/bin/git', 'push'], ['git push']],
    [['bin/git', 'push'], ['bin/git push']],
    [
      ['bash', '-lc', 'ls | wc'],
      ['ls', 'wc'],
    ],
    [['/bin/sh', '-c', 'bash -c "/usr/bin/gh pr list"'], ['gh pr list']],
    [['echo', '$HOME', '*'], ['echo $HOME *']],
    [['env'], ['env']],
  ])('%j comes to %j', (argv, commands) => {
    expect(told(readArgv(argv))).toEqual(commands);
  });

  it('is shown whole to people, except where it is one plain command', () => {
    const isPlain = (line: string) => {
      const reading = readShellLine(line);
      return reading.ok && reading.isPlain;
    };
    const plain = ['curl a', "bash -lc 'curl a'", '/usr/bin/curl "a b"'];
    const more = [
      'A=1 curl a',
      'curl a > b',
      'curl a; ls',
      'curl $a',
      'nice curl a',
      'cd a; curl b',
    ];
    expect(plain.map(isPlain)).toEqual(plain.map(() => true));
    expect(more.map(isPlain)).toEqual(more.map(() => false));
  });
});
