// The library in a script, on Dawn: a picture's path in, people out.
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { createDetector } from 'manypose';
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });

const image = await loadImage(process.argv[2]);
const context = createCanvas(image.width, image.height).getContext('2d');
context.drawImage(image, 0, 0);

const detector = await createDetector({ runtime: process.argv[3] });
const poses = await detector.estimatePoses(context.getImageData(0, 0, image.width, image.height));
console.log(`${poses.length} people on ${detector.info.runtime}`);
detector.dispose();
