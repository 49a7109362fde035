import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { EngineBrowser } from './browser.ts';
import { expressionOf } from './browser.ts';

/** What a script in the page may take, in ms: less than fetch waits for an answer. */
const SCRIPT_MS = 240_000;

/** WebKitGTK's small browser, on a display of its own, by WebDriver, which is HTTP and JSON. */
export async function openWebKit(): Promise<EngineBrowser> {
  const children: ChildProcess[] = [];
  const start = (command: string, args: string[], env: Record<string, string> = {}): ChildProcess => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
    children.push(child);
    return child;
  };
  const stop = (): void => children.reverse().forEach((child) => void child.kill());
  try {
    const display = await firstLine(start('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp']));
    const port = await freePort();
    start(process.env.WEBKIT_DRIVER!, [`--port=${port}`, '--host=127.0.0.1'], { DISPLAY: `:${display}` }).stdout!.resume();
    const call = caller(`http://127.0.0.1:${port}`);
    await ready(() => call('GET', '/status'));
    const { sessionId, capabilities } = await call<{
      sessionId: string;
      capabilities: { browserName: string; browserVersion: string };
    }>('POST', '/session', { capabilities: { alwaysMatch: { timeouts: { script: SCRIPT_MS, pageLoad: SCRIPT_MS } } } });
    const session = `/session/${sessionId}`;
    return {
      version: `WebKitGTK ${capabilities.browserVersion} (${capabilities.browserName})`,
      page: {
        goto: (url) => call('POST', `${session}/url`, { url }),
        async evaluate(work, given) {
          const script = `const done = arguments[0];
            Promise.resolve().then(() => ${expressionOf(work, given)}).then(
              (value) => done(JSON.stringify({ value })),
              (error) => done(JSON.stringify({ error: String(error) })));`;
          const { value, error } = JSON.parse(await call<string>('POST', `${session}/execute/async`, { script, args: [] }));
          if (error !== undefined) throw new Error(error);
          return value;
        },
      },
      async close() {
        await call('DELETE', session).catch(() => undefined);
        stop();
      },
    };
  } catch (cause) {
    stop();
    throw cause;
  }
}

/** Calls of WebDriver: the answer's value, or what it says went wrong. */
function caller(address: string) {
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${address}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = (await response.json()) as { value: Answer & { error?: string; message?: string } };
    if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
    return value;
  };
}

/** @throws if the process ends, or cannot be started, before it has written a line. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let written = '';
    child.stdout!.on('data', (piece) => {
      written += piece;
      if (written.includes('\n')) resolve(written.split('\n')[0]);
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`${child.spawnfile} ended at once`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Asks until there is an answer, for ten seconds. */
async function ready(ask: () => Promise<unknown>): Promise<void> {
  for (let attempts = 100; ; attempts--) {
    try {
      await ask();
      return;
    } catch (cause) {
      if (attempts === 0) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
