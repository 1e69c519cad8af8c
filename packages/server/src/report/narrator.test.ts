import { evolve } from '@ddprofiler-rc/core';
import { expect, test } from 'vitest';
import { BINDING_LISTED, fold, nothingListed, rulesListed } from '../../../core/test/given.ts';
import { createLogger } from '../log/log.ts';
import { Narrator } from './narrator.ts';

test('it says that it is in sync once the rules were read too, and once', () => {
  const logged: string[] = [];
  const narrator = new Narrator(createLogger('INFO', { write: (line) => logged.push(line) }));
  const failure = { code: 'NotFound', message: 'there is no such definition' } as const;
  let state = fold([nothingListed()]);
  for (const event of [
    { type: 'streamFailed', stream: 'binding', failure },
    BINDING_LISTED,
    rulesListed('{}'),
    { type: 'streamOpened', stream: 'binding' },
  ] as const) {
    expect(logged.filter((line) => line.includes('in sync'))).toHaveLength(state.sync === 'complete' ? 1 : 0);
    const after = evolve(state, event);
    narrator.tell(state, after);
    state = after;
  }
  expect(logged.filter((line) => line.includes('in sync'))).toHaveLength(1);
});
