import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Each takes minutes, the longest first. Begun last, one of them would run on alone when all others are done. */
const LONGEST = ['planted-bugs.test.ts', 'simulation.test.ts'];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
