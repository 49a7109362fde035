/** Red, green, blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/**
 * From weak to strong: violet, red, amber, pale yellow. Lightness rises all the way, so that order is seen without
 * telling colours apart, and stands out from a darkened photo at every step.
 */
const HEAT: readonly Color[] = [
  [76, 42, 168],
  [196, 50, 120],
  [246, 122, 60],
  [252, 214, 110],
  [255, 252, 226],
];

/** The colours of heat from weak to strong, for a legend: even steps, between them mixed. */
export const HEAT_COLORS: readonly string[] = HEAT.map((color) => `rgb(${color.join()})`);

/** The colour of a heat from 0 to 1. */
export function heatColor(heat: number): Color {
  const at = Math.min(Math.max(heat, 0), 1) * (HEAT.length - 1);
  const i = Math.min(Math.floor(at), HEAT.length - 2);
  const [from, to] = [HEAT[i], HEAT[i + 1]];
  const mixed = (channel: 0 | 1 | 2): number => from[channel] + (to[channel] - from[channel]) * (at - i);
  return [mixed(0), mixed(1), mixed(2)];
}
