import { agentSuite } from './suite.ts';

agentSuite('kilo', {
  dialect: 'openai-responses',
  lacks: {
    reasons: 'ACP has no field for a reason',
    'second tries': 'where a connection fails, Kilo asks a person whether the network is back',
  },
});
