import { isSoftwareName } from '../runtime/software.ts';

/** An adapter in words: "nvidia turing". */
export function describeAdapter(info: GPUAdapterInfo | undefined): string {
  if (!info) return 'unknown GPU';
  const { vendor, architecture, device, description } = info;
  return description || [vendor, architecture || device].filter(Boolean).join(' ') || 'unknown GPU';
}

/** What an adapter says of itself; 'unknown' where the browser masks it. */
export function judgedByName(info: GPUAdapterInfo | undefined): 'software' | 'hardware' | 'unknown' {
  if (info?.isFallbackAdapter) return 'software';
  const words = [info?.vendor, info?.architecture, info?.device, info?.description].filter(Boolean);
  if (words.length === 0) return 'unknown';
  return isSoftwareName(words.join(' ')) ? 'software' : 'hardware';
}
