import { checkValue, readOptions } from '../check-options.ts';
import type { Inspection } from '../inspection.ts';
import { onContext } from './canvas.ts';
import type { OverlayOptions } from './canvas.ts';
import { CONTEXT } from './checks.ts';
import type { DrawingContext } from './draw-poses.ts';
import { INSPECTION, OVERLAY_OPTIONS } from './inspection-checks.ts';

/**
 * Draws the offset vectors of each person: from the center where the network found it to where each of its keypoints is
 * regressed, before they are moved onto peaks of the heatmaps. One colour per person, as `drawPoses` has them.
 *
 * @param context 2D context whose units are image pixels (times `options.scale`).
 * @throws ManyposeError `invalid-argument` for an option out of range.
 */
export function drawOffsets(context: DrawingContext, inspection: Inspection, given: OverlayOptions = {}): void {
  checkValue('drawOffsets', 'context', context ?? null, CONTEXT);
  checkValue('drawOffsets', 'inspection', inspection ?? null, INSPECTION);
  const options = readOptions('drawOffsets', given, OVERLAY_OPTIONS);
  const { people } = inspection;
  onContext(context, options, ({ colorOf, lineWidth, outlined, dot, line }) => {
    for (let i = people.length - 1; i >= 0; i--) {
      const { center, regressed } = people[i];
      outlined(colorOf(i), (width) => {
        for (const place of regressed) line(center, place, lineWidth + width);
        for (const place of regressed) dot(place, 1.5 * lineWidth + width / 2);
        dot(center, 2.5 * lineWidth + width / 2);
      });
    }
  });
}
