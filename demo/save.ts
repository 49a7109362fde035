import type { Pose } from 'manypose';
import type { Scene } from './scenes.ts';

/** Downloads poses as JSON, in the pixels of the picture. */
export function savePoses({ name, width, height }: Scene, poses: readonly Pose[]): void {
  const text = JSON.stringify({ image: { name, width, height }, poses }, null, 2);
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const anchor = document.createElement('a');
  Object.assign(anchor, { href: url, download: `${name}-poses.json` });
  anchor.click();
  // The download has its own hold on the data once it is under way.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
