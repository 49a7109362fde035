import type { EstimationConfig, InspectionConfig, RuntimeKind } from 'manypose';
import { page } from './page.ts';
import type { Parameters } from './parameters.ts';

const SIZES = [256, 384, 512];

/** What the controls are set to. */
export const settings = {
  get runtime(): 'auto' | RuntimeKind {
    return page.runtimeChoice.value as 'auto' | RuntimeKind;
  },
  set runtime(runtime) {
    page.runtimeChoice.value = runtime;
  },
  /** Shorter side of the network's input, in pixels. */
  get inputSize(): number {
    return Number(page.size.value);
  },
  get flip(): boolean {
    return page.flip.checked;
  },
  /** Sizes at which the network looks at the picture, relative to the input's. */
  get scales(): number[] {
    return page.scales.value.split(',').map(Number);
  },
  /** Poses that score less are not shown. */
  get minimum(): number {
    return Number(page.minimum.value);
  },
  /** How poses are looked for: also those below the minimum, down to the least that it can be set to, so that moving the slider runs no network. */
  get estimation(): EstimationConfig {
    const { inspection, flip, scales } = settings;
    return { ...inspection, flip, scales };
  },
  /** The same for a look into the network, which is of one plain run. */
  get inspection(): InspectionConfig {
    return { inputSize: settings.inputSize, scoreThreshold: Number(page.minimum.min) };
  },
};

/** Sets the controls to what the address asks for. */
export function fillSettings({ runtime, size: wanted }: Parameters): void {
  const sizes = SIZES.includes(wanted) ? SIZES : [...SIZES, wanted].sort((a, b) => a - b);
  page.size.replaceChildren(...sizes.map((size) => new Option(`${size} px`, String(size), false, size === wanted)));
  settings.runtime = runtime;
  showMinimum();
}

function showMinimum(): void {
  page.minimumValue.textContent = settings.minimum.toFixed(2);
}

/** Calls back when a control was moved. */
export function onSettings(on: { network: () => void; minimum: () => void; runtime: () => void }): void {
  for (const control of [page.size, page.flip, page.scales]) control.addEventListener('change', on.network);
  page.minimum.addEventListener('input', () => {
    showMinimum();
    on.minimum();
  });
  page.runtimeChoice.addEventListener('change', on.runtime);
}
