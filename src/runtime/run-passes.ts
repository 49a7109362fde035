import type { ScaleMaps } from '../decode/candidates-from-maps.ts';
import { finishMaps } from '../ops/finish-maps.ts';
import { mergeFlipped } from '../ops/flip-merge.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Pass } from './passes.ts';
import { passesByScale } from './passes.ts';

/**
 * Runs all passes, one after another, and merges those of a scale; the maps are finished ones.
 *
 * @param mirror index of each keypoint's left/right counterpart.
 */
export async function runPasses(
  passes: readonly Pass[],
  mirror: readonly number[],
  run: (pass: Pass) => Promise<NetworkMaps>,
): Promise<ScaleMaps[]> {
  const found: ScaleMaps[] = [];
  for (const { scale, plain, mirrored, mirrored2x } of passesByScale(passes)) {
    const maps = finishMaps(await run(plain));
    if (!mirrored) {
      found.push({ scale, maps });
      continue;
    }
    const other = await run(mirrored);
    const heatmaps2x = mirrored2x && (await run(mirrored2x)).heatmaps2x;
    found.push({ scale, maps: mergeFlipped(maps, finishMaps({ ...other, ...(heatmaps2x && { heatmaps2x }) }), mirror) });
  }
  return found;
}
