import { join } from 'node:path';
import { ManyposeError } from '../../errors.ts';
import type { AnnotatedImage } from '../../evaluation/annotations.ts';
import type { PixelData } from '../../frame.ts';
import { readPhoto } from '../photo.ts';

type Named = Pick<AnnotatedImage, 'id' | 'fileName'>;

/** The files of annotated photos in a folder: they are read, so never written over. */
export function photoFiles(images: readonly Named[], folder: string): string[] {
  return images.flatMap(({ fileName }) => (fileName === undefined ? [] : join(folder, fileName)));
}

/** @throws ManyposeError `invalid-annotations` for an image that has no file, `invalid-image`. */
export async function pixelsOf({ id, fileName }: Named, folder: string): Promise<PixelData> {
  if (fileName === undefined)
    throw new ManyposeError('invalid-annotations', `images: no file_name of image ${id}, so that its photo cannot be found`);
  return (await readPhoto(join(folder, fileName))).pixels;
}
