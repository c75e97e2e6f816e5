import { agentSuite } from './suite.ts';

agentSuite('opencode', {
  lacks: { reasons: 'ACP has no field for a reason' },
});
