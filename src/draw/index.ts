/**
 * manypose/draw: people's poses, and what went on in the network that found them (`detector.inspect`), on any 2D canvas.
 * Apart from the library's other entries, so that pages that do not look inside do not load it.
 */
export type { Inspection, InspectedPerson, Point } from '../inspection.ts';
export type { AdaptiveSampling, MapPlace, TapShape } from '../ops/sampling.ts';
export type { OverlayOptions } from './canvas.ts';
export { HEAT_COLORS } from './colors.ts';
export type { DrawingContext, DrawOptions } from './draw-poses.ts';
export { drawPoses } from './draw-poses.ts';
export type { HeatmapOptions, HeatOptions, PixelContext } from './heat.ts';
export { drawCenterMap, drawHeatmaps } from './heat.ts';
export { drawOffsets } from './offsets.ts';
export { PERSON_COLORS } from './palette.ts';
export type { SampledTaps, SamplingOptions, TapsOptions } from './sampling.ts';
export { drawSampling, sampledTaps } from './sampling.ts';
