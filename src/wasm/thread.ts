import { ManyposeError } from '../errors.ts';
import { outOfMemory } from './memory.ts';
import type { Work } from './engine.ts';
import source from './worker.js?raw';

/** What worker.js is told: first what it runs and on which memory (its own if left out), then work. */
export type ThreadMessage =
  | { readonly module: WebAssembly.Module; readonly memory?: WebAssembly.Memory }
  | (Work & { readonly thread: number; readonly threads: number });

/** What worker.js answers. */
type Answer = { readonly results: Float32Array[] } | { readonly error: string; readonly memory: boolean };

/** A worker that runs the kernels. */
export interface Thread {
  /** Asked again only when the promise has settled. Rejects with `out-of-memory`, or if the worker fails or dies. */
  ask(message: ThreadMessage, transfer?: ArrayBuffer[]): Promise<Float32Array[]>;
  isDead(): boolean;
  terminate(): void;
}

/** The part of a browser's worker and of Node's that is used. */
interface Port {
  post(message: ThreadMessage, transfer: ArrayBuffer[]): void;
  /** Whether the worker keeps its process alive. */
  hold(held: boolean): void;
  terminate(): void;
}

interface Listener {
  answer(answer: Answer): void;
  death(cause: unknown): void;
}

/** @throws whatever keeps a worker from being made; some browsers only tell with its first answer. */
export function startThread(): Thread {
  let asked: { resolve(results: Float32Array[]): void; reject(cause: unknown): void } | undefined;
  let dead: { readonly cause: unknown } | undefined;
  const listener: Listener = {
    answer(answer) {
      if ('results' in answer) asked?.resolve(answer.results);
      else asked?.reject(answer.memory ? outOfMemory(answer.error) : new Error(answer.error));
    },
    death(cause) {
      dead ??= { cause };
      asked?.reject(cause);
    },
  };
  const port = inBrowser() ? browserPort(listener) : nodePort(listener);
  return {
    async ask(message, transfer = []) {
      if (dead) throw dead.cause;
      port.hold(true);
      try {
        return await new Promise<Float32Array[]>((resolve, reject) => {
          asked = { resolve, reject };
          port.post(message, transfer);
        });
      } finally {
        asked = undefined;
        port.hold(false);
      }
    },
    isDead: () => dead !== undefined,
    terminate() {
      port.terminate();
      listener.death(new Error('the worker was stopped'));
    },
  };
}

/** Deno and Bun have browsers' workers too, which keep a process alive that Node's let end. */
function inBrowser(): boolean {
  return typeof Worker === 'function' && (typeof document !== 'undefined' || 'WorkerGlobalScope' in globalThis);
}

function browserPort(listener: Listener): Port {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  // Deno has no other kind, in its own workers too; browsers had this one later.
  const type = 'Deno' in globalThis ? 'module' : 'classic';
  const worker = new Worker(address, { name: 'manypose', type });
  const release = (): void => URL.revokeObjectURL(address);
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    release();
    listener.answer(data);
  };
  worker.onerror = (event) => {
    release();
    listener.death(new Error(event.message || 'the worker did not start'));
  };
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold: () => {}, // a page lives as long as it is open
    terminate: () => worker.terminate(),
  };
}

function nodePort(listener: Listener): Port {
  // Not an import: bundlers would follow it.
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (!threads) throw new ManyposeError('no-runtime', 'there are no workers here');
  const worker = new threads.Worker(source, { eval: true, name: 'manypose' });
  worker.on('message', (answer: Answer) => listener.answer(answer));
  worker.on('error', (cause) => listener.death(cause));
  worker.on('exit', (code) => listener.death(new Error(`the worker ended with code ${code}`)));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}
