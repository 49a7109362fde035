import credits from './samples/credits.json';

/** A photo of COCO val2017 whose licence lets it be passed on. */
export type Sample = (typeof credits)[number] & { url: string };

const urls = import.meta.glob<string>('./samples/*.jpg', { eager: true, query: '?url', import: 'default' });

export const SAMPLES: readonly Sample[] = credits.map((credit) => ({ ...credit, url: urls[`./samples/${credit.file}`] }));

function link(href: string, text: string): HTMLAnchorElement {
  const anchor = document.createElement('a');
  anchor.href = href;
  anchor.textContent = text;
  anchor.target = '_blank';
  anchor.rel = 'noreferrer';
  return anchor;
}

/** Title, source and licence of a sample, as its licence asks. */
export function creditOf(sample: Sample): (Node | string)[] {
  return [
    `${sample.title}. Photo: `,
    link(sample.page, `Flickr ${sample.page.split('=')[1]}`),
    ', ',
    link(sample.licenceUrl, sample.licence),
    ', from COCO val2017.',
  ];
}

/** A button with a thumbnail for each sample; `mark(name)` shows which one is on the stage. */
export function fillSamples(parent: HTMLElement, onChoose: (sample: Sample) => void): { mark(name?: string): void } {
  const buttons = SAMPLES.map((sample) => {
    const button = document.createElement('button');
    const image = document.createElement('img');
    button.type = 'button';
    button.dataset.sample = sample.name;
    button.title = sample.title;
    image.src = sample.url;
    image.alt = sample.title;
    image.draggable = false;
    button.append(image);
    button.addEventListener('click', () => onChoose(sample));
    return button;
  });
  parent.replaceChildren(...buttons);
  return {
    mark(name) {
      for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.sample === name));
    },
  };
}
