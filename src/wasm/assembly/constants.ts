// Read by the kernels and by their driver: nothing here but numbers.

/** Cells that a register tile holds, and that are packed side by side. */
export const TILE = 4;
/** Output channels that a register tile holds: two vectors, and a map's block of lanes. */
export const PANEL = 8;
/** Cells whose input is packed at once, a whole number of tiles; all panels of weights go over them. */
export const ROWS = 24;
/** Winograd's algorithm: output cells that a window gives, its input cells, both per side, and products per window. */
export const WINOGRAD_OUTPUT = 4;
export const WINOGRAD_INPUT = 6;
export const WINOGRAD_PRODUCTS = 36;
/** Where the threads' common data lie (control.ts). */
export const CONTROL_ADDRESS = 64;
