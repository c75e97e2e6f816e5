import { agentSuite } from './suite.ts';

agentSuite('codex', {
  lacks: { asking: '`codex exec` asks nobody', reasons: '`codex exec` asks nobody' },
});
