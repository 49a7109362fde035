import { defineConfig, mergeConfig } from 'vite';
import demo from '../../demo/vite.config.ts';
import { serveTinyPeople } from '../support/serve-tiny-people.ts';

/** The demo as it is, with the tests' tiny model beside its own: `/?model=/models/tiny_people/`. */
export default mergeConfig(demo, defineConfig({ plugins: [serveTinyPeople()] }));
