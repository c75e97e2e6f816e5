import { agentSuite } from './suite.ts';

agentSuite('kilo', {
  dialect: 'openai-responses',
  lacks: { reasons: 'ACP has no field for a reason' },
});
