import { agentSuite } from './suite.ts';

agentSuite('copilot', {
  lacks: {
    floods: 'Copilot gives an answer up that comes faster than its ACP passes it on',
    quotas: 'Copilot tells nothing of a 429 while it waits',
  },
});
