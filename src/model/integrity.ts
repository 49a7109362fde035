import { ManyposeError } from '../errors.ts';
import { sha256 } from './sha256.ts';

/** Checks a file's bytes. @throws ManyposeError `corrupt-weights` for another file than the expected one. */
export type IntegrityCheck = (bytes: Uint8Array<ArrayBuffer>, name: string) => Promise<void>;

/**
 * A check of files against what their user expects, in the words of HTML's `integrity` attribute: `sha256-` and the
 * hash in base64, or several of these with spaces between, of which one has to match.
 *
 * @throws ManyposeError `invalid-argument` for a text that is none.
 */
export function integrityCheck(integrity: string): IntegrityCheck {
  const expected = hashesOf(integrity);
  return async (bytes, name) => {
    const found = await sha256(bytes);
    if (expected.includes(found)) return;
    throw new ManyposeError('corrupt-weights', `${name} has the hash ${attributeOf(found)} instead of ${integrity}`);
  };
}

/** The hashes that an `integrity` attribute names, in lower-case hexadecimal. */
function hashesOf(integrity: string): string[] {
  const words = integrity.trim().split(/\s+/);
  return words.map((word) => {
    const [, base64] = /^sha256-([A-Za-z0-9+/]{43}=)$/.exec(word) ?? [];
    if (base64 === undefined) {
      throw new ManyposeError(
        'invalid-argument',
        `modelIntegrity must be 'sha256-' and a hash in base64, got ${JSON.stringify(word)}`,
      );
    }
    return Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  });
}

function attributeOf(hexadecimal: string): string {
  const bytes = hexadecimal.match(/../g)!.map((pair) => parseInt(pair, 16));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
