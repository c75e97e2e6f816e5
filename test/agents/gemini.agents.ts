import { agentSuite } from './suite.ts';

agentSuite('gemini', {
  lacks: {
    reasons: 'ACP has no field for a reason',
    'exit codes': 'Gemini tells none',
    excerpts: 'over ACP, Gemini sends its model the whole output of a command',
    'second tries': 'over ACP, Gemini would repeat what it said of the first answer',
  },
});
