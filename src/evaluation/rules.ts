/** COCO's thresholds of OKS: 0.50, 0.55, ..., 0.95, computed as numpy.linspace does: a similarity may equal one. */
export const THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => 0.5 + i * ((0.95 - 0.5) / 9));

/** Only so many detections of an image count, the best. */
export const MAX_DETECTIONS = 20;
