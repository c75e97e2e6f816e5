/** What the provider may make of attached files is reserved, since their bytes say little of it. */
import { expect, test } from 'vitest';
import { attachedTokens } from '../../src/gateway/attached-tokens.ts';
import { faultIn } from '../../src/gateway/dialects/allow.ts';
import { DIALECTS } from '../../src/gateway/dialects.ts';
import { writeJson } from '../../src/gateway/write-json.ts';

const PDF = {
  type: 'document',
  source: { type: 'base64', media_type: 'application/PDF', data: 'A' },
};
const PNG = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A' } };
const FILE = { type: 'input_file', filename: 'a', file_data: 'data:application/pdf;base64,A' };
const IMAGE = { type: 'input_image', image_url: 'data:image/png;base64,A' };

test.each([
  ['a page of text', { type: 'text', text: 'application/pdf "file_data": "image_url":' }, 0],
  ['a document of Anthropic', PDF, 200_000],
  ['a file of OpenAI', FILE, 200_000],
  ['pictures', [PNG, IMAGE, { inlineData: { mimeType: 'image/jpeg', data: 'A' } }], 15_000],
  [
    'a picture of a chat',
    { type: 'image_url', image_url: { url: 'data:image/png;base64,A' } },
    5_000,
  ],
  [
    'a sound: an hour of silence is a few bytes',
    [
      { inlineData: { mimeType: 'audio/flac', data: 'A' } },
      { type: 'input_audio', input_audio: { format: 'mp3', data: 'A' } },
    ],
    400_000,
  ],
  ['a property of a tool', { properties: { file_data: {}, image_url: {} } }, 0],
  ['as much as a model takes at most', Array.from({ length: 9 }, () => FILE), 1_000_000],
])('%s', (_what, content, tokens) => {
  const body = { messages: [{ role: 'user', content }] };
  expect(attachedTokens(writeJson(body))).toBe(tokens);
});

test('a video is refused: a few bytes of it are an hour', () => {
  const asked = (mimeType: string) =>
    faultIn(DIALECTS.gemini.request, {
      contents: [{ parts: [{ inlineData: { mimeType, data: '' } }] }],
    });
  expect(asked('Video/mp4')).toContain('only images, sounds, texts and PDF are forwarded');
  expect(asked('image/png')).toBe(null);
  const part = { text: 'x', videoMetadata: { fps: 24 } };
  expect(faultIn(DIALECTS.gemini.request, { contents: [{ parts: [part] }] })).not.toBe(null);
});
