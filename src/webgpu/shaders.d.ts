/** Shader sources are bundled as text. */
declare module '*.wgsl?raw' {
  const source: string;
  export default source;
}
