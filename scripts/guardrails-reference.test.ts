import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { PAGE, pageWithTables } from './guardrails-reference.ts';
import { unpadded } from './written-part.ts';

test('the page of guardrails has each refusal and each hazard', async () => {
  const page = await readFile(PAGE, 'utf8');
  expect(unpadded(pageWithTables(page)), 'make reference writes it anew').toBe(unpadded(page));
});
