import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFolder } from '../../demo/serve-models.ts';

describe("the demo's server of models", () => {
  let folder: string;
  let server: Server;
  const rejected: unknown[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'manypose-serve-'));
    mkdirSync(join(folder, 'models/m'), { recursive: true });
    writeFileSync(join(folder, 'secret'), 'secret');
    writeFileSync(join(folder, 'models/m/manifest.json'), '{}');
    writeFileSync(join(folder, 'models/m/100%.bin'), 'weights');
    execFileSync('mkfifo', [join(folder, 'models/pipe')]);
    const serve = serveFolder(join(folder, 'models'));
    server = createServer((request, response) => void serve(request, response).catch((error: unknown) => rejected.push(error)));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** What comes back for an address that no client would put so. */
  const ask = (path: string): Promise<string> =>
    new Promise((done, fail) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      );
      let answer = '';
      socket
        .setEncoding('latin1')
        .on('data', (data: string) => (answer += data))
        .on('end', () => done(answer))
        .on('error', fail);
    });

  it.each([
    ['/%', 400],
    ['/%E0%A4%A', 400],
    ['/m/%zz', 400],
    ['/m/%00', 404],
    ['//', 404],
    ['//[', 404],
    ['/m', 404],
    ['/none', 404],
    ['/', 404],
    ['/pipe', 404],
    [`/${'x'.repeat(5000)}`, 404],
    ['/../secret', 404],
    ['/..%2fsecret', 404],
    ['/m/..%2f..%2fsecret', 404],
    ['/%2e%2e/secret', 404],
  ])('answers %s by %i, and lives on', async (path, status) => {
    expect((await ask(path)).split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const file = await ask('/m/manifest.json');
    expect(file).toMatch(/^HTTP\/1\.1 200 [^]*application\/json[^]*\{\}$/);
    expect(rejected).toEqual([]);
  });

  it('gives files whose names are escaped', async () => {
    expect(await ask('/m/100%25.bin?v=1')).toMatch(/\r\n\r\nweights$/);
  });
});
