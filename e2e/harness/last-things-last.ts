import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Looks back at what the others asked for. */
const LAST = 'rights.own.e2e.ts';

export class LastThingsLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LAST);
    return (await super.sort(files)).toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)));
  }
}
