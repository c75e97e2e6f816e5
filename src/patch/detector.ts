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

/** What the rules find, in their order. */
export function detect(text: string): Detected[] {
  return RULES.flatMap(rule => {
    const found: Detected[] = [];
    const name = rule.meta.id.replace(/^.*secretlint-rule-/, '');
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
