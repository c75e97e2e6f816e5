import { agentSuite } from './suite.ts';

agentSuite('kilo', {
  lacks: { reasons: 'ACP has no field for a reason' },
});
