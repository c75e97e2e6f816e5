/**
 * Finds secrets by the rules of secretlint, which know the forms of many services' secrets. The rules
 * are called one by one, because secretlint's own runner is asynchronous and obeys comments that
 * switch rules off.
 */
import { rules } from '@secretlint/secretlint-rule-preset-recommend';

type Report = { message: { messageId: string }; range: readonly [number, number] };

/** The part of secretlint's rule interface that is used here. */
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

type DetectedSecret = { rule: string; messageId: string; start: number; end: number };

const RULES = (rules as readonly Rule[]).filter(({ meta }) => !meta.id.endsWith('filter-comments'));

const nameOf = (rule: Rule): string => rule.meta.id.replace(/^.*secretlint-rule-/, '');

/**
 * For each rule, a pattern that matches every text in which the rule finds something. Most texts
 * match none, and running a rule takes much longer than its pattern. A rule without a pattern always
 * runs.
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
const ANY_HINT = new RegExp(
  Object.values(HINTS)
    .map(({ source }) => source)
    .join('|'),
  'i',
);

const RULES_WITH_HINTS = RULES.map(rule => ({ rule, hint: HINTS[nameOf(rule)] }));

/** The secrets that the rules find, in the order of the rules. @foreign */
export function detectSecrets(text: string): DetectedSecret[] {
  const any = ANY_HINT.test(text);
  return RULES_WITH_HINTS.filter(({ hint }) => !hint || (any && hint.test(text))).flatMap(
    ({ rule }) => {
      const found: DetectedSecret[] = [];
      const name = nameOf(rule);
      const context = {
        createTranslator: () => (messageId: string) => ({ messageId }),
        report: ({ message: { messageId }, range: [start, end] }: Report) => {
          found.push({ rule: name, messageId, start, end });
        },
        ignore: () => {},
      };
      // Rules get no path and no extension, by which they would open files or skip some.
      rule.create(context, {}).file({ content: text, filePath: '', ext: '', contentType: 'text' });
      return found;
    },
  );
}
