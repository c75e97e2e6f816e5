/** In which order files run: what takes longest does not begin last, when nothing is left to run beside it. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Their files are short and take long, and on a fresh clone Vitest knows no more than the size of a file. */
const LONG = [
  // All pages of the console are looked at by one file, in one browser.
  /^test\/(console|openapi-client)\//,
  /^test\/(cli|demo|faults|linear|scenarios|toolchain|adapters\/(queue|workspace))\//,
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = ({ moduleId }: TestSpecification) => {
      const path = relative(this.ctx.config.root, moduleId);
      const found = LONG.findIndex(pattern => pattern.test(path));
      return found < 0 ? LONG.length : found;
    };
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => order(one) - order(other));
  }
}
