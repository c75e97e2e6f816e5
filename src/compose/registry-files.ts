/** Settings files that lead package managers to the operator's registries, bound into every sandbox. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { InstallSettings } from '../toolchain/registries.ts';
import { registryFiles } from '../toolchain/registries.ts';

export async function writeRegistryFiles(
  stateDir: string,
  registries: InstallSettings['registries'],
): Promise<{ from: string; to: string }[]> {
  const binds: { from: string; to: string }[] = [];
  for (const [ecosystem, registry] of registries)
    for (const [to, content] of Object.entries(registryFiles(ecosystem, registry))) {
      const folder = join(stateDir, 'registries', ecosystem);
      await mkdir(folder, { recursive: true, mode: 0o755 });
      const from = join(folder, basename(to));
      await writeFile(from, content, { mode: 0o644 });
      binds.push({ from, to });
    }
  return binds;
}
