import type { SampledTaps } from 'manypose/draw';

/**
 * How nine taps lie beside an ordinary convolution's, which are a cell apart and upright.
 *
 * @param inMirror whether the scene is shown as in a mirror
 */
export function tapWords({ scale, stretch: [most, least], lean, angle, mirrored }: SampledTaps, inMirror: boolean): string {
  const turned = (degrees: number): string => {
    const seen = Math.round(inMirror ? -degrees : degrees);
    return seen === 0 ? '0°' : `${Math.abs(seen)}° ${seen > 0 ? 'clockwise' : 'anticlockwise'}`;
  };
  return (
    `scale ${scale.toFixed(1)}, angle ${turned(angle)}${mirrored ? ', mirrored' : ''}; ` +
    `longest ${most.toFixed(1)} leaning ${turned(lean)}, ${least.toFixed(1)} across`
  );
}
