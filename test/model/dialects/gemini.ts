/** Google's Gemini API. */
import { piecesOf, TURN_USAGE } from '../answer.ts';
import {
  type Answering,
  type Body,
  type Dialect,
  listAt,
  saidIn,
  since,
  textAt,
} from '../dialect.ts';

const PATH = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

export const gemini: Dialect = {
  read(path, body) {
    const [, model = '', verb] = PATH.exec(path.pathname) ?? [];
    if (verb === undefined) return null;
    const contents = listAt(body, 'contents');
    const results = (content: Body) =>
      listAt(content, 'parts').filter(part => part.functionResponse !== undefined).length;
    const isPrompt = (content: Body) => content.role === 'user' && results(content) === 0;
    return {
      model,
      streamed: verb === 'streamGenerateContent',
      prompts: contents.filter(isPrompt).map(content => saidIn(content, 'parts')),
      turn: since(contents, isPrompt).reduce((sum, content) => sum + results(content), 0),
      tools: listAt(body, 'tools')
        .flatMap(tool => listAt(tool, 'functionDeclarations'))
        .map(tool => ({ name: textAt(tool, 'name') })),
    };
  },

  stream(answering) {
    const { id, model } = answering;
    const parts = partsOf(answering).flatMap((part): Part[] =>
      'text' in part ? piecesOf(part.text).map(text => ({ text })) : [part],
    );
    const chunk = (part: Part) => ({
      candidates: [{ index: 0, content: { role: 'model', parts: [part] } }],
      ...headOf(id, model),
    });
    const events = parts.slice(0, -1).map(chunk);
    return [...events, response(answering, parts.slice(-1))].map(data => ({ data }));
  },

  whole: answering => response(answering, partsOf(answering)),

  error: (status, message) => ({
    error: { code: status, message, status: STATUSES[status] ?? 'INVALID_ARGUMENT' },
  }),
};

const STATUSES: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
};

const headOf = (id: string, model: string) => ({ modelVersion: model, responseId: id });

/** Gemini's output leaves out the tokens of its reasoning. */
const response = ({ answer: { outputTokens }, id, model }: Answering, parts: Part[]) => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }],
  usageMetadata: {
    promptTokenCount: TURN_USAGE.input,
    cachedContentTokenCount: TURN_USAGE.cached,
    candidatesTokenCount: outputTokens - TURN_USAGE.reasoning,
    thoughtsTokenCount: TURN_USAGE.reasoning,
    totalTokenCount: TURN_USAGE.input + outputTokens,
  },
  ...headOf(id, model),
});

type Part = { text: string } | { functionCall: { id: string; name: string; args: unknown } };

function partsOf({ answer: { texts, call }, id }: Answering): Part[] {
  const said = texts.length > 0 ? [{ text: texts.join('\n\n') }] : [];
  if (!call) return said;
  const args = 'arguments' in call ? call.arguments : {};
  return [...said, { functionCall: { id: `fc_${id}`, name: call.name, args } }];
}
