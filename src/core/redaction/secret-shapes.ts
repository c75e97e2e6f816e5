/** The shapes of tokens: a head that all of a kind begin with, and after it characters of one class. */

/** Classes of characters, as a pattern writes them between brackets. */
export const CLASSES = {
  alphanumeric: 'A-Za-z0-9',
  word: 'A-Za-z0-9_',
  url: 'A-Za-z0-9_-',
  hyphened: 'A-Za-z0-9-',
  path: 'A-Za-z0-9/',
  dotted: 'A-Za-z0-9_.-',
  base32: 'A-Z2-7',
  base64: 'A-Za-z0-9/+',
  armor: 'A-Za-z0-9/+=',
  header: 'A-Za-z0-9._~+/=-',
  password: String.raw`^\s@/"\\`,
  noDigit: '^0-9',
} as const;
export type CharacterClass = keyof typeof CLASSES;

export type Shape = {
  kind: string;
  /** What comes before the secret itself is not part of it, such as the name of a header. */
  head: RegExp;
  isPart: boolean;
  body: CharacterClass;
  /** How many characters of the body there are at least. */
  least: number;
  /** How many there are at most, where more would be another text. */
  most?: number;
  /** How many there usually are: what comes after a fold behind them is another text. */
  usual?: number;
  /** It is no part of a longer word, because many words would look like it. */
  standing?: boolean;
  /** Its body has a digit, for the same reason. */
  digit?: boolean;
  /** No letter or digit follows. */
  whole?: boolean;
};

const token = (kind: string, head: RegExp, body: CharacterClass, least: number) => ({
  kind,
  head,
  isPart: true,
  body,
  least,
});
const exactly = (characters: number) => ({ most: characters, usual: characters });

export const SHAPES: readonly Shape[] = [
  // Installation tokens are `ghs_` and 36 characters, or `ghs_<App id>_<JWT>`, about 520 of them.
  token('GitHub token', /ghs_\d{1,20}_/g, 'dotted', 20),
  { ...token('GitHub token', /gh[oprsu]_/g, 'alphanumeric', 30), usual: 36 },
  { ...token('GitHub token', /github_pat_/g, 'word', 22), usual: 82 },
  { ...token('Gatehouse token', /gatehouse_[0-9a-f]{12}_/g, 'url', 43), ...exactly(43) },
  { ...token('Google key', /AIza/g, 'url', 35), ...exactly(35) },
  { ...token('API key', /sk-/g, 'url', 20), standing: true, digit: true },
  token('Slack token', /xox[a-z]-/g, 'hyphened', 10),
  token('Slack webhook', /hooks\.slack\.com\/(?:services|workflows)\//g, 'path', 30),
  { ...token('npm token', /npm_/g, 'alphanumeric', 36), ...exactly(36), standing: true },
  token('GitLab token', /glpat-/g, 'url', 20),
  { ...token('Stripe key', /[rs]k_live_/g, 'alphanumeric', 16), standing: true },
  {
    ...token('AWS key', /A(?:KIA|SIA|BIA|CCA)/g, 'base32', 16),
    ...exactly(16),
    standing: true,
    whole: true,
  },
  {
    ...token('AWS secret', /aws_secret_access_key["']?\s{0,3}[=:]\s{0,3}["']?/gi, 'base64', 40),
    ...exactly(40),
    isPart: false,
    whole: true,
  },
  {
    ...token(
      'credential',
      /authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|token)\s{1,3}/gi,
      'header',
      8,
    ),
    isPart: false,
  },
];
