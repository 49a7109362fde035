const image = document.querySelector<HTMLImageElement>('#photo')!;
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

worker.onmessage = ({ data }: MessageEvent<string>) => {
  document.title = data;
};
worker.onerror = ({ message }) => {
  document.title = `the worker failed: ${message}`;
};
await image.decode();
const bitmap = await createImageBitmap(image);
worker.postMessage({ bitmap, modelUrl: new URL('models/coco_w32/', document.baseURI).href }, [bitmap]);
