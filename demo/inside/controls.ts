import { HEAT_COLORS } from 'manypose/draw';
import { page } from '../page.ts';
import { settings } from '../settings.ts';
import { VIEWS } from './views.ts';
import type { View, ViewName } from './views.ts';

/** What the view switch and the controls below it are set to. */
export const chosen = {
  /** Undefined: poses. */
  get view(): View | undefined {
    return VIEWS[page.views.querySelector<HTMLInputElement>(':checked')!.value as ViewName];
  },
  /** Which of what the view shows. */
  get detail(): string {
    return page.viewDetail.value;
  },
};

/** Explains the view that is chosen. */
export function showView(): void {
  const { view } = chosen;
  page.viewMore.hidden = !view;
  page.viewWords.textContent = view?.words ?? '';
  page.viewPlain.hidden = settings.isPlain;
  page.legend.hidden = !view?.heat;
  page.viewChoice.hidden = true;
  const pointing = Boolean(view?.taps);
  page.frame.classList.toggle('pointing', pointing);
  if (pointing) page.frame.tabIndex = 0;
  else page.frame.removeAttribute('tabindex');
}

/** What may be chosen of the view; what was chosen stays so if it is still there. */
export function fillChoice(label: string, options: readonly [value: string, title: string][]): void {
  const before = chosen.detail;
  page.viewChoice.hidden = false;
  // A live picture fills it at each frame, also while somebody has it open.
  const filled = JSON.stringify(options);
  if (page.viewDetail.dataset.options === filled) return;
  page.viewDetail.dataset.options = filled;
  page.viewChoiceLabel.textContent = label;
  page.viewDetail.replaceChildren(...options.map(([value, title]) => new Option(title, value)));
  page.viewDetail.value = options.some(([value]) => value === before) ? before : options[0][0];
}

export function onChosen(on: { view: () => void; detail: () => void }): void {
  page.legendColors.style.background = `linear-gradient(to right, ${HEAT_COLORS.join()})`;
  // A browser may have kept it from an earlier visit.
  showView();
  page.views.addEventListener('change', () => {
    showView();
    on.view();
  });
  page.viewDetail.addEventListener('change', on.detail);
}
