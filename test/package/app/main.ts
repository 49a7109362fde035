import { findPeople } from './find-people.ts';

const runtime = new URLSearchParams(location.search).get('runtime') ?? 'webgpu';
void findPeople(runtime as 'webgpu' | 'webgl' | 'wasm');
