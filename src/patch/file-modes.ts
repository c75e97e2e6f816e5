/** Finds entries whose mode becomes a symbolic link, a submodule or an executable. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';

export function inspectMode({ path, mode }: TreeEntry): Finding[] {
  const { before, after } = mode;
  if (after === '120000')
    return [
      finding('symlink', path, 'It is a symbolic link, which may lead out of the repository.'),
    ];
  if (after === '160000' || before === '160000')
    return [finding('submodule', path, 'It is a submodule: code from another repository.')];
  if (after === '100755' && before !== '100755')
    return [finding('executable', path, 'It becomes executable.')];
  return [];
}
