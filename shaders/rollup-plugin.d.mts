import type { Plugin } from 'vite';

export function shaders(): Plugin;
