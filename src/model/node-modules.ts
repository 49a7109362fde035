interface NodeModules {
  'node:fs/promises': typeof import('node:fs/promises');
  'node:module': typeof import('node:module');
  'node:url': typeof import('node:url');
}

/**
 * A module that comes with Node (20.16 and later, or Deno, Bun); undefined in a browser. Not imported, because
 * bundlers for browsers stop at an import of it even where it is never reached.
 */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  if (typeof process === 'undefined' || !process.versions?.node) return undefined;
  return process.getBuiltinModule?.(name);
}

/** Whether this place has npm's packages, as Node does, and is no page. */
export function hasPackages(): boolean {
  return typeof document === 'undefined' && nodeModule('node:module') !== undefined;
}
