/** The graph of a task as a picture with states, where a list of steps does not show which stand beside others. */
import { isChain, mermaid } from '../../../core/graph/graph-picture.ts';
import type { TaskView } from '../../../core/view.ts';
import { cleaned } from './cleaned.ts';
import { stepLabel } from './step-table.ts';

/** A larger one is too small to be read, and takes the room of what has to be said. */
const MOST_BYTES = 8_000;

export function stepPicture({ graph, steps }: TaskView): string {
  if (isChain(graph)) return '';
  const states = steps.map(
    step => [step.id, { look: step.status, words: stepLabel(step) }] as const,
  );
  // Its names are cleaned and on one line each, so that none ends the block.
  const drawn = cleaned(mermaid(graph, new Map(states)).trimEnd());
  if (Buffer.byteLength(drawn) > MOST_BYTES) return '';
  return `<details><summary>The steps as a picture</summary>\n\n\`\`\`mermaid\n${drawn}\n\`\`\`\n\n</details>`;
}
