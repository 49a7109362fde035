// Opens the demo in headless Chromium, waits until it shows poses, and takes a picture of the page.
// `node test/demo/take-picture.mjs http://localhost:5173/ PICTURE.png`
import { chromium as playwright } from '@playwright/test';
import { chromium } from '../../demo/needs.mjs';

const [address, picture] = process.argv.slice(2);
// As root Chromium runs only without its sandbox. No more is asked of it: it is what people have.
const browser = await playwright.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
page.setDefaultTimeout(600_000);
const start = performance.now();
await page.goto(address);
await page.locator('#stage:is([data-state=done], [data-state=problem])').waitFor();
await page.screenshot({ path: picture });
const text = (selector) => page.locator(selector).textContent();
const state = await page.locator('#stage').getAttribute('data-state');
const people = Number(await text('#people'));
console.log(
  `${Math.round((performance.now() - start) / 1000)} s after it was opened: ${state}, ${people} people, ${await text('#runtime-name')}`,
);
await browser.close();
if (state !== 'done' || !(people > 0)) process.exit(1);
