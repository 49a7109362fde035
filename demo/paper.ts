import type { Scene } from './scenes.ts';

/** A canvas whose pixels are read. */
export function createPaper(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  return canvas.getContext('2d', { willReadFrequently: true })!;
}

/** What a scene shows now; of a video, one frame. */
export function copyOf({ element, width, height }: Scene): HTMLCanvasElement {
  const context = createPaper(width, height);
  context.drawImage(element, 0, 0, width, height);
  return context.canvas;
}
