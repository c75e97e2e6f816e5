import { agentSuite } from './suite.ts';

agentSuite('opencode', {
  dialect: 'openai-chat',
  lacks: { reasons: 'ACP has no field for a reason' },
});
