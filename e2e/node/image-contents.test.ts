import { expect, test } from 'vitest';
import { npmPackagesIn } from './image-contents.ts';

test('each npm package of a bundle counts once, and what is not one does not', () => {
  const bundle = `// packages/core/src/index.ts
// node_modules/.pnpm/rxjs@7.8.2/node_modules/rxjs/dist/cjs/a.js
// node_modules/.pnpm/rxjs@7.8.2/node_modules/rxjs/dist/cjs/b.js
// node_modules/.pnpm/@noble+hashes@2.0.0/node_modules/@noble/hashes/sha2.js
// node_modules/koa/lib/application.js
// substitute:2:/src/node_modules/.pnpm/pino@10.4.0/node_modules/pino
const text = "// node_modules/other/x.js";
// see node_modules/elsewhere/x.js for why
`;
  expect(npmPackagesIn(bundle)).toEqual(['@noble/hashes', 'koa', 'rxjs']);
});
