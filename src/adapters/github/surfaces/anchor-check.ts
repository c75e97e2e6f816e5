/** The check run `gatehouse/log`: an anchor of the log, where whoever can change the database can't. */
import { Anchor } from '../../../core/checkpoint/anchor.ts';

export const ANCHOR_CHECK_NAME = 'gatehouse/log';

type RenderedAnchorCheck = { title: string; summary: string; text: string };

export function renderAnchorCheck(anchor: Anchor): RenderedAnchorCheck {
  return {
    title: `The log of Gatehouse at ${anchor.at}`,
    summary: `What is kept here lets \`gatehouse verify --anchors\` prove that nobody changed the log since then: the hash of checkpoint ${anchor.checkpoint}, and the ends of the tasks of this repository that went on before it, signed with the App's key.\n\n\`${anchor.hash}\``,
    text: `\`\`\`json\n${JSON.stringify(anchor)}\n\`\`\``,
  };
}

/** The anchor that such a check run holds; `null` where it holds none. @foreign */
export function readAnchorCheck(text: string | null): Anchor | null {
  const [, json] = /^```json\n(.*)\n```$/.exec(text?.trim() ?? '') ?? [];
  if (json === undefined) return null;
  try {
    return Anchor.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
