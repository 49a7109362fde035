export { run, runNext } from './program';
