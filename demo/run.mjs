#!/usr/bin/env node
// Opens the demo; installs what it needs first where that is missing. `npm run demo -- --port 8080`
import { meet, run } from './needs.mjs';

meet('node', 'packages');
// A machine without a screen has nothing to open a page with.
const open = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['--open'] : [];
process.exitCode = run('npx', ['vite', '--config', 'demo/vite.config.ts', ...open, ...process.argv.slice(2)]);
