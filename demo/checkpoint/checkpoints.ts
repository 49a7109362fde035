import type { Model } from '../model.ts';
import { page } from '../page.ts';
import type { Work } from '../stage.ts';
import { convertFile } from './convert-file.ts';
import type { Progress } from './messages.ts';

/** What the page says of a conversion under way. */
function workOf(progress: Progress, name: string): Work {
  return progress.kind === 'reading'
    ? { label: `Reading ${name}`, progress }
    : { label: `Converting ${name}`, detail: 'On this device: nothing is sent anywhere.' };
}

/** Converts a checkpoint, and runs its network in place of the one that runs; that one stays if there is something wrong. */
export function takeCheckpoint(file: File, model: Model): Promise<void> {
  const { name } = file;
  return model.replace(async (signal, tell) => {
    // All code is there before the file is read: from then on no network is needed.
    const { modelInMemory } = await import('manypose/convert');
    const { parameters, files } = await convertFile(file, signal, (progress) => tell(workOf(progress, name)));
    const millions = (parameters / 1e6).toFixed(parameters < 1e7 ? 2 : 1);
    return {
      from: modelInMemory(files),
      origin: `${millions} M parameters, from ${name}. Converted on this device; nothing was sent anywhere.`,
    };
  });
}

/** Lets people choose a checkpoint by the page's button, and go back to its own model. */
export function onCheckpoints(take: (file: File) => void, restore: () => void): void {
  page.openCheckpoint.addEventListener('click', () => page.checkpoint.click());
  page.checkpoint.addEventListener('change', () => {
    const [file] = page.checkpoint.files ?? [];
    page.checkpoint.value = '';
    if (file) take(file);
  });
  page.ownModel.addEventListener('click', restore);
}
