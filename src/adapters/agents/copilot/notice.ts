/** What Copilot tells of itself over ACP. */
import type { AcpNotice } from '../acp/cli.ts';

const BEGINS = /^(Info|Warning|Error): (?=\S)/;

/**
 * A notice comes in one piece among what its model says, and nothing but its first word tells the two
 * apart. A model's answer comes word by word. @foreign
 */
export function noticeIn(piece: string): AcpNotice | null {
  const kind = BEGINS.exec(piece)?.[1];
  if (kind === undefined) return null;
  const message = piece.slice(kind.length + 2);
  if (kind === 'Error') return { kind: 'failed', message };
  return { kind: message.endsWith('Retrying...') ? 'retries' : 'told', message };
}
