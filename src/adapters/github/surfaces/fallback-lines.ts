/** Which agents of a chain do not work in a step, and why, as long as the step is done by the next of them. */
import type { RunView, TaskView } from '../../../core/view.ts';
import { sentence } from './formats.ts';
import { inertCode } from './inert.ts';

/** More agents than a chain has. */
const MOST = 10;
const WHY = 200;

export const fallbackLines = (view: TaskView): string[] =>
  view.steps.flatMap(({ run }) => (run ? passedOver(run) : [])).slice(0, MOST);

const passedOver = ({ agent, adapter, model, passedOver }: RunView): string[] =>
  adapter === null
    ? []
    : passedOver.map(({ reason, ...other }) => {
        const given = `${inertCode(agent, 40)} is given to ${named({ adapter, model })}`;
        return `- ${given}, not to ${named(other)}: ${sentence(reason, WHY)}`;
      });

const named = ({ adapter, model }: { adapter: string; model: string | null }): string =>
  inertCode(model === null ? adapter : `${adapter} with ${model}`, 80);
