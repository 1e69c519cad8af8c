export { type Row, rowsOf } from './row.ts';
export { readSettings } from './settings.ts';
export { TABLE } from './table.ts';
