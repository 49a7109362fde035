// Pages that are rendered once, at build time.
export default { output: 'export', typescript: { ignoreBuildErrors: false } };
