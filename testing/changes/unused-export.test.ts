import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tree } from '../simulation/planted-bugs/tree.ts';

/** As `make lint` asks for what nobody takes. */
const KNIP = ['node_modules/knip/bin/knip.js', '--no-progress'];

const UNUSED_EXPORT = `--- packages/core/src/kube/digest.ts
+++ packages/core/src/kube/digest.ts
@@ -2,3 +2,5 @@
 import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
 
+export const PLANTED = 64;
+
 /** The first \`length\` (≤ 64) hexadecimal digits of the SHA-256 of \`text\` in UTF-8. */
`;

let tree: Tree;
beforeAll(async () => {
  tree = await Tree.copy(['knip.jsonc', 'pnpm-workspace.yaml', 'scripts', 'charts', 'e2e', 'demo', 'bench']);
});
afterAll(() => tree.remove());

test('given an export that nobody takes, then it is named', { timeout: 120_000 }, async () => {
  const { code, output } = await tree.withPatch({ name: 'an unused export', patch: UNUSED_EXPORT }, () => tree.run(KNIP));
  expect(code).toBe(1);
  expect(output).toMatch(/PLANTED +packages\/core\/src\/kube\/digest\.ts/);
});
