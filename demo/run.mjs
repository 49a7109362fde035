#!/usr/bin/env node
// Opens the demo; installs its tools first where they are missing. `npm run demo -- --port 8080`
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));
const run = (command, ...args) => spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;

const installed = existsSync(new URL('../node_modules/vite', import.meta.url)) || run('npm', 'ci', '--no-audit', '--no-fund') === 0;
// A machine without a screen has nothing to open a page with.
const open = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['--open'] : [];
process.exitCode = installed ? run('npx', 'vite', '--config', 'demo/vite.config.ts', ...open, ...process.argv.slice(2)) : 1;
