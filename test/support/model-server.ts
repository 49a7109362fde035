import type { ModelFile } from '../../src/convert/write.ts';

export const MODEL_URL = 'https://models.example/tiny/';

/** A server of a model's files, in memory. Pieces arrive one by one, as from a network. */
export interface ModelServer {
  readonly fetch: typeof fetch;
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** What was asked for: file name and cache mode. */
  readonly requests: { file: string; cache: RequestCache | undefined }[];
}

export function modelServer(files: readonly ModelFile[], pieceBytes = 100_000): ModelServer {
  const stored = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const requests: ModelServer['requests'] = [];
  return {
    files: stored,
    requests,
    fetch: async (input, init) => {
      const file = String(input).slice(MODEL_URL.length);
      requests.push({ file, cache: init?.cache });
      const bytes = stored.get(file);
      if (!bytes) return new Response('no', { status: 404, statusText: 'Not Found' });
      let at = 0;
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((resolve) => setImmediate(resolve));
          if (init?.signal?.aborted) return controller.error(init.signal.reason);
          if (at >= bytes.length) return controller.close();
          controller.enqueue(bytes.slice(at, (at += pieceBytes)));
        },
      });
      return new Response(body, { headers: { 'content-type': 'application/octet-stream' } });
    },
  };
}
