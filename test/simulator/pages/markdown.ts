/** Markdown as GitHub renders it: GFM, a few harmless HTML tags, everything else of HTML as text. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import type { CompileContext, Handle, HtmlExtension } from 'micromark-util-types';
import type { Html } from './html.ts';

/** Tags that stay; none of them keeps an attribute but `open`. */
const KEPT = /^<(\/?)(details|summary|sub|sup|kbd|br|b|i|em|strong)(\s+open)?\s*\/?>$/i;

/** `thread`: the address that an issue's number leads to, without the number. */
export function markdown(text: string, thread?: string): Html {
  const markup = micromark(text, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml(), safeHtml(thread)],
  });
  return { markup };
}

function safeHtml(thread: string | undefined): HtmlExtension {
  const enter: Handle = function () {
    this.buffer();
  };
  const exit: Handle = function () {
    const found = this.resume();
    this.raw(keptTags(found, text => this.encode(text)));
  };
  const piece: Handle = function (token) {
    this.raw(this.sliceSerialize(token));
  };
  return {
    enter: { htmlFlow: enter, htmlText: enter },
    exit: {
      htmlFlow: exit,
      htmlText: exit,
      htmlFlowData: piece,
      htmlTextData: piece,
      ...(thread !== undefined && {
        data(this: CompileContext, token: Parameters<Handle>[0]) {
          const text = this.encode(this.sliceSerialize(token));
          this.raw(text.replaceAll(/(?<![\w&/])#(\d+)\b/g, `<a href="${thread}/$1">#$1</a>`));
        },
      }),
    },
  };
}

const keptTags = (text: string, encode: (text: string) => string): string =>
  text
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .split(/(<[^<>]*>)/)
    .map(part => {
      const [, end, tag, open] = KEPT.exec(part) ?? [];
      return tag ? `<${end}${tag.toLowerCase()}${open ? ' open' : ''}>` : encode(part);
    })
    .join('');
