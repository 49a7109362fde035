import { ManyposeError } from '../errors.ts';
import { sha256 } from './sha256.ts';

/**
 * Checks a file against what its user expects, in the words of HTML's `integrity` attribute: `sha256-` and the hash
 * in base64, or several of these with spaces between, of which one has to match.
 *
 * @throws ManyposeError `invalid-argument` for a text that is none, `corrupt-weights` for another file.
 */
export async function checkIntegrity(bytes: Uint8Array<ArrayBuffer>, name: string, integrity: string): Promise<void> {
  const expected = hashesOf(integrity);
  const found = await sha256(bytes);
  if (!expected.includes(found)) {
    throw new ManyposeError('corrupt-weights', `${name} has the hash ${attributeOf(found)} instead of ${integrity}`);
  }
}

/** The hashes that an `integrity` attribute names, in lower-case hexadecimal. */
export function hashesOf(integrity: string): string[] {
  const words = integrity.trim().split(/\s+/);
  return words.map((word) => {
    const [, base64] = /^sha256-([A-Za-z0-9+/]{43}=)$/.exec(word) ?? [];
    if (base64 === undefined) {
      throw new ManyposeError('invalid-argument', `modelIntegrity must be 'sha256-' and a hash in base64, got ${JSON.stringify(word)}`);
    }
    return Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  });
}

function attributeOf(hexadecimal: string): string {
  const bytes = hexadecimal.match(/../g)!.map((pair) => parseInt(pair, 16));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
