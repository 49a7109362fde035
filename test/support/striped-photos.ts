import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { modelFiles } from '../../src/convert/write.ts';
import { COCO } from '../../src/pose.ts';
import { formulaWeights } from './formula-weights.ts';
import { TINY_W4 } from './models.ts';

/** Writes a tiny network that finds people in striped pictures, wherever they may be. */
export async function writeStripedModel(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const weights = formulaWeights(TINY_W4);
  // The formula's center map is negative everywhere; turned over, there are people.
  const { shape, data } = weights.get('final_layers.1.weight')!;
  data.subarray(-shape[1]).forEach((value, i, row) => (row[i] = -value));
  for (const { name, bytes } of await modelFiles({ model: TINY_W4, weights }, 'f32')) await writeFile(join(folder, name), bytes);
}

/** Writes a PNG picture of height 64. @param turn of its colours, in degrees. */
export async function writeStripes(path: string, width = 96, turn = 0): Promise<void> {
  const canvas = createCanvas(width, 64);
  const context = canvas.getContext('2d');
  for (let x = 0; x < width; x += 8) {
    context.fillStyle = `hsl(${x * 5 + turn}deg 80% 50%)`;
    context.fillRect(x, (x * 3) % 40, 8, 24);
  }
  await writeFile(path, await canvas.encode('png'));
}

/** Writes pictures of 128×64 with a person in each, and their annotations. */
export async function writeStripedPhotos(folder: string, count: number): Promise<{ annotations: string; photos: string }> {
  const photos = join(folder, 'photos');
  await mkdir(photos, { recursive: true });
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  for (const id of ids) await writeStripes(join(photos, `${id}.png`), 128, 40 * id);
  const person = { category_id: 1, area: 900, bbox: [10, 10, 30, 50] };
  const annotations = join(folder, 'people.json');
  const file = {
    images: ids.map((id) => ({ id, file_name: `${id}.png` })),
    annotations: ids.map((id) => ({
      ...person,
      id,
      image_id: id,
      keypoints: Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 2 : 20 + id)),
    })),
    categories: [{ id: 1, name: 'person', keypoints: COCO.names }],
  };
  await writeFile(annotations, JSON.stringify(file));
  return { annotations, photos };
}
