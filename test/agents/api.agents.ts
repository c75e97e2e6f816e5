/** The agent without a CLI, in each dialect that it speaks. */
import { agentSuite } from './suite.ts';

agentSuite('api', { dialect: 'anthropic' });
agentSuite('api', { dialect: 'openai-responses' });
agentSuite('api', { dialect: 'gemini' });
agentSuite('api', { dialect: 'openai-chat' });
