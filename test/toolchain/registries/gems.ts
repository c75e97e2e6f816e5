import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Served } from './registries.ts';

/** A compact index. The gem brings a test runner along, in the place of RSpec. */
export async function gemIndex(_: string, folder: string): Promise<Served> {
  const specification = `Gem::Specification.new do |spec|
  spec.name = 'answer'
  spec.version = '1.0.0'
  spec.summary = 'An answer'
  spec.authors = ['somebody']
  spec.files = ['answer.rb', 'rspec']
  spec.require_paths = ['.']
  spec.bindir = '.'
  spec.executables = ['rspec']
end
`;
  await writeFile(join(folder, 'answer.gemspec'), specification);
  await writeFile(join(folder, 'answer.rb'), 'ANSWER = 42\n');
  await writeFile(join(folder, 'rspec'), 'require \'answer\'\nputs "the answer is #{ANSWER}"\n');
  execFileSync('gem', ['build', '--silent', 'answer.gemspec'], { cwd: folder });
  const gem = await readFile(join(folder, 'answer-1.0.0.gem'));
  const checksum = createHash('sha256').update(gem).digest('hex');
  const info = `---\n1.0.0 |checksum:${checksum}\n`;
  const digest = createHash('md5').update(info).digest('hex');
  return {
    '/gems/versions': `created_at: 2020-01-01T00:00:00Z\n---\nanswer 1.0.0 ${digest}\n`,
    '/gems/names': '---\nanswer\n',
    '/gems/info/answer': info,
    '/gems/gems/answer-1.0.0.gem': gem,
  };
}
