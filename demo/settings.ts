import type { EstimationConfig, InspectionConfig, RuntimeKind } from 'manypose';
import { page } from './page.ts';
import type { Parameters } from './parameters.ts';

type Quality = NonNullable<EstimationConfig['quality']>;

const SIZES = [256, 384, 512];
const USUAL_SIZE = 384;

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
  /** Undefined: as the controls of their own say. */
  get quality(): Quality | undefined {
    return (page.quality.value || undefined) as Quality | undefined;
  },
  /** How poses are looked for: also those below the minimum, down to the least that it can be set to, so that moving the slider runs no network. */
  get estimation(): EstimationConfig {
    const { inspection, flip, scales } = settings;
    return { ...inspection, ...(settings.quality === undefined && { flip, scales }) };
  },
  /** Whether that is one plain run for sure; what a quality stands for is the model's. */
  get isPlain(): boolean {
    return settings.quality === undefined && !settings.flip && settings.scales.length === 1;
  },
  /** The same for a look into the network, which is of one plain run. */
  get inspection(): InspectionConfig {
    const { quality, inputSize } = settings;
    return { ...(quality ? { quality } : { inputSize }), scoreThreshold: Number(page.minimum.min) };
  },
};

/** Sets the controls to what the address asks for. */
export function fillSettings({ runtime, quality, size }: Parameters): void {
  const wanted = size ?? USUAL_SIZE;
  const sizes = SIZES.includes(wanted) ? SIZES : [...SIZES, wanted].sort((a, b) => a - b);
  page.size.replaceChildren(...sizes.map((each) => new Option(`${each} px`, String(each), false, each === wanted)));
  page.quality.value = size === undefined ? quality : '';
  settings.runtime = runtime;
  showOwn();
  showMinimum();
}

/** The controls of their own, where no quality is chosen. */
function showOwn(): void {
  page.ownSettings.hidden = settings.quality !== undefined;
}

function showMinimum(): void {
  page.minimumValue.textContent = settings.minimum.toFixed(2);
}

/** Calls back when a control was moved. */
export function onSettings(on: { network: () => void; minimum: () => void; runtime: () => void }): void {
  page.quality.addEventListener('change', showOwn);
  for (const control of [page.quality, page.size, page.flip, page.scales]) control.addEventListener('change', on.network);
  page.minimum.addEventListener('input', () => {
    showMinimum();
    on.minimum();
  });
  page.runtimeChoice.addEventListener('change', on.runtime);
}
