/**
 * The detector whose rules know what the secrets of many services look like. It is asked rule by
 * rule, synchronously: its own runner is asynchronous and obeys comments that tell it to look away.
 */
import { rules } from '@secretlint/secretlint-rule-preset-recommend';

type Report = { message: { messageId: string }; range: readonly [number, number] };

/** What is used of a rule of the detector. */
type Rule = {
  meta: { id: string };
  create(
    context: {
      createTranslator(messages: unknown): (messageId: string) => Report['message'];
      report(found: Report): void;
      ignore(): void;
    },
    options: Record<string, never>,
  ): {
    file(source: { content: string; filePath: string; ext: string; contentType: 'text' }): unknown;
  };
};

export type Detected = { rule: string; messageId: string; start: number; end: number };

const RULES = (rules as readonly Rule[]).filter(({ meta }) => !meta.id.endsWith('filter-comments'));

const nameOf = (rule: Rule): string => rule.meta.id.replace(/^.*secretlint-rule-/, '');

/**
 * What stands in every text that a rule finds something in. Most texts hold none of it, and a rule
 * takes long to say so. A rule that isn't listed is always asked.
 */
export const HINTS: Record<string, RegExp> = {
  aws: /secret_?access_?key/i,
  npm: /x-oauth-basic|_authToken|npm_/,
  slack: /xox[bpaor]-|xapp-|hooks\.slack\.com/i,
  basicauth: /(https?|ftps?):\/\/[-\w]{1,256}:/,
  openai: /T3BlbkFJ/,
  anthropic: /sk-ant-/,
  groq: /gsk_/,
  huggingface: /hf_/,
  linear: /lin_api_/,
  notion: /ntn_/,
  privatekey: /-----BEGIN/,
  sendgrid: /SG\./,
  shopify: /shp(pa|ca|at|ss)_/,
  github: /gh[pousr]_|github_pat_/,
  gitlab: /glpat-/,
  grafana: /glc_|glsa_/,
  '1password': /ops_ey/,
  'database-connection-string': /(mongodb|mysql|postgres)[a-z+]{0,4}:\/\//i,
  'hashicorp-vault': /hv[sbr]\./,
  vercel: /vc[piark]_/,
  databricks: /dapi/,
  docker: /dckr_pat_/,
  figma: /figd_/,
};
const ANY = new RegExp(
  Object.values(HINTS)
    .map(({ source }) => source)
    .join('|'),
  'i',
);

const LISTED = RULES.map(rule => ({ rule, hint: HINTS[nameOf(rule)] }));

/** What the rules find, in their order. */
export function detect(text: string): Detected[] {
  const any = ANY.test(text);
  return LISTED.filter(({ hint }) => !hint || (any && hint.test(text))).flatMap(({ rule }) => {
    const found: Detected[] = [];
    const name = nameOf(rule);
    const context = {
      createTranslator: () => (messageId: string) => ({ messageId }),
      report: ({ message: { messageId }, range: [start, end] }: Report) => {
        found.push({ rule: name, messageId, start, end });
      },
      ignore: () => {},
    };
    // No path and no extension: by these, rules would open files or look at less.
    rule.create(context, {}).file({ content: text, filePath: '', ext: '', contentType: 'text' });
    return found;
  });
}
