/**
 * A class of the platform, by its global name: its type where the user's TypeScript settings know it, `Otherwise`
 * where not. So the declarations compile in workers (no HTMLVideoElement), in Node (no canvas) and where no types
 * of WebGPU are installed.
 */
export type Platform<Name extends string, Otherwise = never> =
  typeof globalThis extends Record<Name, { prototype: infer Type }> ? Type : Otherwise;
