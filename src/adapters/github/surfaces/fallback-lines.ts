/** Which agents of a chain do not work in a step, and why, as long as the step is done by the next of them. */
import type { RunView, TaskView } from '../../../core/view.ts';
import { sentence } from './formats.ts';
import { inertCode } from './inert.ts';

/** More agents than a chain has. */
const MOST = 10;
const WHY = 200;

export const fallbackLines = (view: TaskView): string[] =>
  view.steps.flatMap(({ run }) => (run ? passedOver(run) : [])).slice(0, MOST);

const passedOver = ({ agent, adapter, passedOver }: RunView): string[] =>
  adapter === null
    ? []
    : passedOver.map(({ adapter: other, model, reason }) => {
        const who = inertCode(model === null ? other : `${other}, ${model}`, 80);
        const does = `${inertCode(agent, 40)} is done by ${inertCode(adapter, 60)}`;
        return `- ${does}, not by ${who}: ${sentence(reason, WHY)}`;
      });
