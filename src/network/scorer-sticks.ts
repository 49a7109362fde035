/** How many pairs of keypoints a rescoring net looks at, by the keypoint set; which ones, `decode/scoring-net.ts` knows. */
export const SCORER_STICKS = { coco: 19, crowdpose: 15 } as const;
