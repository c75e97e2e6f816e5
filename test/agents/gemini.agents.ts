import { agentSuite } from './suite.ts';

agentSuite('gemini', {
  lacks: {
    reasons: 'ACP has no field for a reason',
    'exit codes': 'Gemini tells none',
  },
});
