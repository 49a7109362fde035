// An app that uses TensorFlow.js itself, and manypose on WebGL.
import * as tf from '@tensorflow/tfjs';
import { findPeople } from './find-people.ts';

await tf.ready();
const sum = await tf.tidy(() => tf.sum(tf.tensor1d([1, 2, 3]))).data();
if (sum[0] !== 6) throw new Error(`1 + 2 + 3 is ${sum[0]}`);
await findPeople('webgl');
