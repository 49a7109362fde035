/** Control characters, line ends, half pairs, and marks that are not seen, such as those that turn the direction of writing. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** Text from a file, an address or a file's name, fit for one line of a message or a terminal: escaped, and cut if long. */
export function printable(text: string, longest = 200): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return cut.replace(UNSEEN, escaped);
}

/** A whole message, which may have several lines, fit for a terminal. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(UNSEEN, escaped))
    .join('\n');
}
