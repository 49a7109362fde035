/** Drivers that compute on the CPU, by the names that browsers and drivers give them. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software|\bwarp\b|generic renderer/i;

/** Whether an adapter's name is that of a driver that computes on the CPU. */
export function isSoftwareName(name: string): boolean {
  return SOFTWARE.test(name);
}
