import { expect, test } from '@playwright/test';
import type { Page, Request } from '@playwright/test';
import { tinyCheckpoint } from '../support/checkpoints.ts';
import { tinyPeopleCheckpoint } from '../support/tiny-people.ts';
import { QUICK } from './runtimes.ts';
import { DEMO } from './servers.ts';

test.use({ baseURL: DEMO });

const stage = (page: Page) => page.locator('#stage');
const problem = (page: Page) => page.locator('#problem');

async function open(page: Page): Promise<void> {
  await page.goto(`/${QUICK}&sample=skiers`);
  await expect(stage(page)).toHaveAttribute('data-state', 'done');
}

const fileOf = (name: string, bytes: Uint8Array) => ({ name, mimeType: '', buffer: Buffer.from(bytes) });

async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const data = await page.evaluateHandle(
    async ([file, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([await (await fetch(`data:;base64,${base64}`)).blob()], file));
      return transfer;
    },
    [name, Buffer.from(bytes).toString('base64')] as const,
  );
  await page.dispatchEvent('#stage', 'drop', { dataTransfer: data });
}

test('a dropped checkpoint is converted in a worker and run, and nothing is sent', async ({ page }) => {
  await open(page);
  const name = page.locator('#model-name');
  await expect(name).toHaveText('tiny_people');
  await expect(page.locator('#own-model')).toBeHidden();
  const people = await page.locator('#people').textContent();

  const requests: Request[] = [];
  page.on('request', (request) => {
    // Not the file as this test makes it, nor the code of WebAssembly's threads, which the page has in memory.
    if (!/^(data|blob):/.test(request.url())) requests.push(request);
  });
  const workers: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  // The formula's network finds other people, if any.
  await drop(page, 'formula.pth', tinyCheckpoint('zip'));
  await expect(name).toHaveText('coco_w4');
  await expect(page.locator('#model-origin')).toContainText('0.82 M parameters, from formula.pth.');
  await expect(stage(page)).toHaveAttribute('data-state', 'done');
  await expect(page.locator('#people')).not.toHaveText(people!);
  expect(workers.filter((url) => url.includes('/checkpoint/worker'))).toHaveLength(1);
  // What left the page asked for code of its own server, and had nothing with it.
  expect(requests.map((request) => request.url()).filter((url) => url.includes('/src/convert/')).length).toBeGreaterThan(3);
  for (const request of requests) {
    expect([request.method(), request.postData()]).toEqual(['GET', null]);
    expect(request.url()).toMatch(new RegExp(`^${DEMO}[^?]+\\.(ts|mjs|js)(\\?.{0,40})?$`));
  }

  // The page's own network, as a checkpoint, finds the same people as it does. Chosen by the button, while another
  // one is being converted, which comes to nothing.
  await page.setInputFiles('#checkpoint', fileOf('other.pth', tinyCheckpoint('legacy')));
  await page.setInputFiles('#checkpoint', fileOf('people.pth', tinyPeopleCheckpoint()));
  await expect(page.locator('#model-origin')).toContainText('people.pth');
  await expect(stage(page)).toHaveAttribute('data-state', 'done');
  await expect(page.locator('#people')).toHaveText(people!);
  await expect(problem(page)).toBeHidden();
  expect(page.workers().filter((worker) => worker.url().includes('/checkpoint/'))).toEqual([]);

  // It goes along to another runtime, ...
  await page.locator('#runtime-choice').selectOption('cpu');
  await expect(page.locator('#runtime')).toHaveAttribute('data-kind', 'cpu');
  await expect(page.locator('#model-origin')).toContainText('people.pth');

  // ... and there is a way back.
  await page.locator('#own-model').click();
  await expect(name).toHaveText('tiny_people');
  await expect(page.locator('#own-model')).toBeHidden();
});

test('a file that is no checkpoint says why, and the model that was there goes on', async ({ page }) => {
  await open(page);
  const people = await page.locator('#people').textContent();
  const cut = tinyPeopleCheckpoint().slice(0, 5000);
  for (const [name, bytes, title, words] of [
    ['notes.pth', Buffer.from('not a checkpoint'), 'This checkpoint cannot be run', 'invalid-checkpoint: a text file'],
    ['cut.pt', cut, 'This checkpoint cannot be run', 'cut short or damaged'],
    ['model.h5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'This checkpoint cannot be run', 'an HDF5 file, as Keras writes'],
  ] as const) {
    await drop(page, name, bytes);
    await expect(problem(page)).toContainText(words);
    await expect(problem(page)).toContainText(title);
    await page.locator('#problem-close').click();
    await expect(problem(page)).toBeHidden();
  }
  await expect(page.locator('#model-name')).toHaveText('tiny_people');
  await page.locator('#scales').selectOption('0.5,1');
  await expect(page.locator('#people')).not.toHaveText(people!);
});
