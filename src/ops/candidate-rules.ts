// What a candidate is (reference sections 3.3 and 3.6), on every processor.

/** At most this many people per image and keypoint candidates per type. */
export const MAX_CANDIDATES = 30;

/** Half the side of the window in which a keypoint candidate is the maximum: 5×5. */
export const PEAK_RADIUS = 2;
/** A candidate's value must exceed this. */
export const PEAK_THRESHOLD = 0.01;

/** A center's value must exceed this. */
export const CENTER_THRESHOLD = 0.01;

/** Side of the window in which a center is the maximum: wider on larger maps (in cells). */
export function centerWindow(mapWidth: number, mapHeight: number): 3 | 5 | 7 {
  const meanSide = (mapWidth + mapHeight) / 2;
  if (meanSide > 300) return 7;
  return meanSide > 200 ? 5 : 3;
}
