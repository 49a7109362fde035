// The library in a script of any engine, on WebAssembly: a picture's path in, people out. Nothing is disposed of.
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { createDetector } from 'manypose';

const image = await loadImage(process.argv[2]);
const context = createCanvas(image.width, image.height).getContext('2d');
context.drawImage(image, 0, 0);

const detector = await createDetector({ runtime: 'wasm', threads: 2 });
const poses = await detector.estimatePoses(context.getImageData(0, 0, image.width, image.height));
console.log(`${poses.length} people on ${detector.info.adapter}`);
