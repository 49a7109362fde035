// As main.ts, by the entry without TensorFlow.js.
import { createDetector, ManyposeError } from 'manypose/webgpu';

async function main(): Promise<void> {
  const image = document.querySelector<HTMLImageElement>('#photo')!;
  await image.decode();
  const runtime = new URLSearchParams(location.search).get('runtime') ?? 'webgpu';
  const detector = await createDetector({ runtime: runtime as 'webgpu' | 'wasm' });
  document.title = `${(await detector.estimatePoses(image)).length} people on ${detector.info.runtime}`;
}

main().catch((error: unknown) => {
  document.title = error instanceof ManyposeError ? `${error.code}: ${error.message}` : String(error);
});
