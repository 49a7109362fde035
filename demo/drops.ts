import { page } from './page.ts';

/** Takes files that are dropped anywhere on the page; the stage shows that they may be. */
export function acceptDrops(onFile: (file: File) => void): void {
  let depth = 0;
  const mark = (): void => void page.stage.classList.toggle('dropping', depth > 0);
  // dragenter and dragleave come for every element crossed: count them.
  document.addEventListener('dragenter', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    depth++;
    mark();
  });
  document.addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    mark();
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    depth = 0;
    mark();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) onFile(file);
  });
}
