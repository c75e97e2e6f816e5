/** In which order files run: what takes longest does not begin last, when nothing is left to run beside it. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Their files are short and take long, and on a fresh clone Vitest knows no more than the size of a file. */
const LONG = /^test\/(cli|faults|scenarios|toolchain|adapters\/(queue|workspace))\//;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = (file: TestSpecification) =>
      LONG.test(relative(this.ctx.config.root, file.moduleId)) ? 0 : 1;
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => order(one) - order(other));
  }
}
