/**
 * What a program takes for one of its commands: npm and gem know each by its beginning too, and npm by other
 * names. `npm pub` is `npm publish`.
 */

type Names = { commands: string[]; aliases?: Readonly<Record<string, string>> };

const words = (text: string): string[] => text.trim().split(/\s+/);
const aliases = (lines: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(lines).flatMap(([command, others]) => words(others).map(one => [one, command])),
  );

const NAMES: Readonly<Record<string, Names>> = {
  npm: {
    commands: words(`
      access adduser audit bugs cache ci completion config dedupe deprecate diff dist-tag docs doctor edit exec
      explain explore find-dupes fund get help help-search init install install-ci-test install-test link ll login
      logout ls org outdated owner pack ping pkg prefix profile prune publish query rebuild repo restart root run
      sbom search set shrinkwrap star stars start stop team test token undeprecate uninstall unpublish unstar
      update version view whoami`),
    aliases: aliases({
      install: 'i in ins inst insta instal isnt isnta isntal isntall add',
      uninstall: 'un unlink remove rm r',
      ci: 'ic clean-install install-clean isntall-clean',
      run: 'run-script rum urn',
      test: 't tst',
      exec: 'x',
      update: 'up upgrade udpate',
      view: 'v info show',
      search: 's se find',
      init: 'create innit',
      config: 'c',
      link: 'ln',
      ls: 'list',
      ll: 'la',
      login: 'add-user',
      owner: 'author',
      docs: 'home',
      bugs: 'issues',
      explain: 'why',
      version: 'verison',
      help: 'hlep',
      rebuild: 'rb',
      dedupe: 'ddp',
      'dist-tag': 'dist-tags',
      'install-test': 'it',
      'install-ci-test': 'cit clean-install-test sit',
    }),
  },
  gem: {
    commands: words(`
      build cert check cleanup contents dependency environment exec fetch generate_index help info install list
      lock mirror open outdated owner pristine push query rdoc rebuild search server signin signout sources
      specification stale uninstall unpack update which yank`),
  },
};

/** The command as the program's documentation calls it; the word itself where it is no name of one. */
export function commandName(program: string, word: string): string {
  if (!Object.hasOwn(NAMES, program)) return word;
  const { commands, aliases: others = {} } = NAMES[program] as Names;
  const resolved = (name: string): string =>
    Object.hasOwn(others, name) ? (others[name] as string) : name;
  if (commands.includes(word) || Object.hasOwn(others, word)) return resolved(word);
  const meant = [...commands, ...Object.keys(others)].filter(name => name.startsWith(word));
  const [only, ...more] = [...new Set(meant.map(resolved))];
  return word !== '' && only !== undefined && more.length === 0 ? only : word;
}
