/** What rollup-plugin.mjs makes of the kernels. */
declare module '*?compiled' {
  /** The WebAssembly module. */
  export const base64: string;
  /** Index of the byte that says whether the imported memory is shared: 1 if not, 3 if it is. */
  export const memoryFlagsAt: number;
}
