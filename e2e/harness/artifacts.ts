import { fileURLToPath } from 'node:url';

/** The folder of e2e/ whose tests run. */
export const FOLDER = process.env.E2E_FOLDER ?? 'scenarios';

/** Where its run leaves logs when something failed. Emptied when the next run of that folder begins. */
export const ARTIFACTS = fileURLToPath(new URL(`../artifacts/${FOLDER}/`, import.meta.url));
