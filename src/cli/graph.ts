/** `gatehouse graph [FILE]`: draws the graphs of a `gatehouse.yml`, or names every fault with its line. */
import { basename, dirname } from 'node:path';
import { writtenGraphs } from '../core/graph/graph-file.ts';
import { mermaid, textPicture } from '../core/graph/graph-picture.ts';
import { RepositoryConfigFile } from '../core/repository-config/repository-config.ts';
import { plain } from '../core/text/plain-text.ts';
import { faultsOnDisk } from '../engine/policies/faults-on-disk.ts';
import { CONFIG_PATH } from '../engine/policies/rule-files.ts';
import { parseYaml } from '../engine/policies/yaml-text.ts';
import { faultLine } from '../policy/fault.ts';
import { givenText } from './given-text.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';

/** A larger file is refused by its reader, which need not be given all of it. */
const LARGEST = 1_000_000;

const NONE = RepositoryConfigFile.parse({});

/** Roles that the repository writes itself stand beside the folder of the file. */
const rootOf = (file: string): string =>
  basename(dirname(file)) === '.github' ? dirname(dirname(file)) : dirname(file);

export async function drawGraphs(
  services: Pick<Services, 'roles'>,
  output: Output,
  file: string,
  options: { json: boolean; mermaid: boolean },
): Promise<void> {
  const text = await givenText(file, LARGEST, `a ${CONFIG_PATH}`);
  const read = parseYaml(file, text, RepositoryConfigFile);
  const { graphs: written = {}, schedule: schedules = {}, ...config } = read.ok ? read.value : NONE;
  const faults = read.ok
    ? await faultsOnDisk(
        rootOf(file),
        { config, graphs: written, schedules, places: { file, at: read.places() } },
        await services.roles(),
      )
    : read.faults;
  if (faults.length > 0) {
    print(output, options.json, { ok: false, faults }, [
      ...faults.map(fault => plain(faultLine(fault), 600)),
      `graph: failed (${faults.length} ${faults.length === 1 ? 'fault' : 'faults'})`,
    ]);
    return output.exit(1);
  }
  const graphs = writtenGraphs(written);
  const drawn = graphs.map(graph => ({ name: graph.name, mermaid: mermaid(graph), graph }));
  const lines = graphs.flatMap((graph, at) => [
    ...(at === 0 ? [] : ['']),
    ...(options.mermaid ? [`%% ${graph.name}`, mermaid(graph).trimEnd()] : [graph.name]),
    ...(options.mermaid ? [] : textPicture(graph).map(line => plain(line, 600))),
  ]);
  print(
    output,
    options.json,
    { ok: true, graphs: drawn },
    graphs.length > 0 ? lines : [`${file} writes no graphs: commands start those of Gatehouse.`],
  );
}
