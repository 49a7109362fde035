import { messageOf } from '../errors.ts';
import { nodeModule } from './node-modules.ts';

/** A `file:` URL from disk, as a response; a missing file is a 404. Undefined where there is no file system. */
export async function responseOfFile(url: string, signal: AbortSignal): Promise<Response | undefined> {
  try {
    const read = nodeModule('node:fs/promises')?.readFile(new URL(url), { signal });
    return read && new Response(await read);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return new Response(messageOf(error), { status: 404, statusText: 'no such file' });
  }
}
