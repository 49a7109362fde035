import { findPeople } from './find-people.ts';

void findPeople(new URLSearchParams(location.search).get('runtime') === 'webgl' ? 'webgl' : 'webgpu');
