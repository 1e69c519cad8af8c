/** Before anything is built or started for a real node: whether this machine can have one. */
export { requireMachine as setup } from './requirements.ts';
