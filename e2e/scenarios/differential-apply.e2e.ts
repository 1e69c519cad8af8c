/** Server-side apply, on the real API server and on the embedded one. */
import { APPLY } from '../differential/cases/apply.ts';
import { differential } from '../differential/suite.ts';

differential('apply', APPLY);
