/** What people see of Markdown: as GitHub renders it. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

export const rendered = (markdown: string): string =>
  micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

/** The text without tags and comments. */
export const seen = (markdown: string): string =>
  rendered(markdown)
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]+>/g, '')
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\n{2,}/g, '\n')
    .trim();

/** What GitHub acts on: code shows everything and does nothing. */
export const outsideCode = (markdown: string): string =>
  rendered(markdown).replace(/<code[\s\S]*?<\/code>/g, '');
