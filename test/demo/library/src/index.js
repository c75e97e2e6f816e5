export { format } from './format.js';
export { parse } from './parse.js';
export { DAY, HOUR, MINUTE, SECOND } from './units.js';
