import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { serve } from './serve.ts';

/** A driver that computes on the CPU, as in these tests, takes two files that no GPU needs: in bytes of gzip. */
const CPU_DRIVER_BYTES = 1_700;
/** The most JavaScript that the library may bring to a page which runs on WebGPU, however it was built: 32 kB of gzip on a GPU. */
export const WEBGPU_BYTES = 32_000 + CPU_DRIVER_BYTES;
/** Vite's page has more of its own than the others: it draws, and preloads. */
export const VITE_PAGE_BYTES = 1_300;
/** The same of one that runs on WebAssembly, whose kernels are a file of their own. */
export const WASM_BYTES = 37_500;
/** And of one where a bundler does not split: all of `manypose/webgpu`, with what is rarely needed. */
export const ONE_FILE_BYTES = 56_000;

/** A page that looks for the people of a photo, for a script that was built elsewhere. */
export const photoPage = (script: string): string =>
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Looking</title>' +
  `<img id="photo" src="./skiers.jpg" alt="Five skiers"><script type="module" src="./${script}"></script></html>`;

/** Completes a built page: the photo, the weights, and `index.html` around a script if one is named. */
export function complete(built: string, project: string, script?: string): void {
  mkdirSync(built, { recursive: true });
  copyFileSync(join(project, 'public/skiers.jpg'), join(built, 'skiers.jpg'));
  cpSync(join(project, 'public/models'), join(built, 'models'), { recursive: true });
  if (script !== undefined) writeFileSync(join(built, 'index.html'), photoPage(script));
}

/** Opens an address and waits for the number of people in the page's title; nothing may be complained about meanwhile. */
export async function expectPeople(page: Page, url: string, runtime = 'webgpu'): Promise<void> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(url);
  await expect(page).toHaveTitle(/people|rror|invalid|fail|no-runtime|refuse/);
  expect({ title: await page.title(), complaints }).toEqual({
    title: expect.stringMatching(new RegExp(`^[1-9]\\d* people on ${runtime}$`)),
    complaints: [],
  });
}

/** Serves a built page, expects people in it, and gives the bytes of JavaScript it loaded. */
export async function bytesToFindPeople(
  page: Page,
  built: string,
  options: { path?: string; runtime?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  const { path = '', runtime, headers } = options;
  const server = await serve(built, headers);
  try {
    await expectPeople(page, server.url + path, runtime);
    const bytes = server.takeScriptBytes();
    console.log(`    ${basename(built)}/${path}: ${(bytes / 1000).toFixed(1)} kB of JavaScript`);
    return bytes;
  } finally {
    server.close();
  }
}

/** The bytes of JavaScript that a built page loads, whatever it does. */
export async function bytesOf(page: Page, built: string, path: string): Promise<number> {
  const server = await serve(built);
  try {
    await page.goto(server.url + path, { waitUntil: 'networkidle' });
    return server.takeScriptBytes();
  } finally {
    server.close();
  }
}
