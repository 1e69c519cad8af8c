/** Where a run leaves its logs when something failed. Emptied when a run begins. */
import { fileURLToPath } from 'node:url';

export const ARTIFACTS = fileURLToPath(new URL('../artifacts/', import.meta.url));
