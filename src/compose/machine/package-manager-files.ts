/** Settings files of package managers, bound into every sandbox: what they read from no variable. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SANDBOX_WORK } from '../../engine/ports/sandbox.ts';
import { registryFiles } from '../../toolchain/own-registries.ts';
import { type InstallSettings, packageFiles } from '../../toolchain/registries.ts';

export async function writePackageManagerFiles(
  stateDir: string,
  registries: InstallSettings['registries'],
): Promise<{ from: string; to: string }[]> {
  const files = [
    packageFiles(SANDBOX_WORK),
    ...[...registries].map(([ecosystem, registry]) => registryFiles(ecosystem, registry)),
  ];
  const binds: { from: string; to: string }[] = [];
  for (const [to, content] of files.flatMap(each => Object.entries(each))) {
    const folder = join(stateDir, 'package-managers', basename(dirname(to)));
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const from = join(folder, basename(to));
    await writeFile(from, content, { mode: 0o644 });
    binds.push({ from, to });
  }
  return binds;
}
