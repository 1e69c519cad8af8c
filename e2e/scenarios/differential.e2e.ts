/** The same requests to the real API server and to the embedded one: every answer must match. */
import { APPLY } from '../differential/cases/apply.ts';
import { DEPLOYMENTS } from '../differential/cases/deployments.ts';
import { KINDS } from '../differential/cases/kinds.ts';
import { PATCH } from '../differential/cases/patch.ts';
import { READ } from '../differential/cases/read.ts';
import { SUBRESOURCES } from '../differential/cases/subresources.ts';
import { WATCH } from '../differential/cases/watch.ts';
import { WRITE } from '../differential/cases/write.ts';
import { differential, summary } from '../differential/suite.ts';

differential('read', READ);
differential('write', WRITE);
differential('apply', APPLY);
differential('patch', PATCH);
differential('subresources', SUBRESOURCES);
differential('watch', WATCH);
differential('deployments', DEPLOYMENTS);
differential('kinds', KINDS);
summary();
