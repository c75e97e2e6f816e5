/**
 * Text for chats that take Slack's webhooks. What agents and people wrote may be in it, so nothing of it
 * mentions anybody, links anywhere or is markup, also where a chat reads Markdown.
 */

const LONGEST = 500;
/** It is not seen, and keeps what stands around it from being read as one. */
const GAP = '\u200b';

/** @foreign */
export function inertForChat(text: string): string {
  const oneLine = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const short = oneLine.length > LONGEST ? `${oneLine.slice(0, LONGEST).trimEnd()}…` : oneLine;
  return short
    .toWellFormed()
    .replace(/[@#!:[\]*_~`|]/g, sign => `${sign}${GAP}`)
    .replace(/\b(www|ftp)\./gi, `$1${GAP}.`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A link of ours. */
export const chatLink = (url: string, text: string): string => `<${url}|${inertForChat(text)}>`;
