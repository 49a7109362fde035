import type { OptionTable } from '../check-options.ts';
import { having, positive } from '../check-options.ts';
import type { OverlayOptions } from './canvas.ts';
import { COLORS } from './checks.ts';

/** What there is to draw. */
export const INSPECTION = having('an inspection, as detector.inspect gives it', 'geometry', 'maps', 'people', 'sampling');

export const OVERLAY_OPTIONS: OptionTable<OverlayOptions> = { scale: positive, colors: COLORS, lineWidth: positive };
