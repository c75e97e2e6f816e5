/** What is of the whole deployment is for those who operate it. */
import { forbidden } from './faults.ts';
import type { HttpProblem } from './problem.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** `null`: they may see it. */
export const notOperator = (viewer: Viewer): HttpProblem | null =>
  hasRole(viewer, 'operator', null)
    ? null
    : forbidden(
        'This is about the whole deployment, and is shown to its operators.',
        'Whoever configures Gatehouse grants the role operator.',
      );
