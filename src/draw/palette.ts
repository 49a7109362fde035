/**
 * One colour per person. Light enough to stand on a dark outline over any photo, and told apart by
 * people with red-green colour blindness too: neighbours in the list differ in lightness or along
 * blue-yellow, which those people see. The test measures it.
 */
export const PERSON_COLORS: readonly string[] = [
  '#799fe8', // sky blue
  '#e3a300', // amber
  '#ffa8d4', // pink
  '#f7fd4d', // lemon
  '#8978ff', // violet
  '#ffffd2', // cream
  '#00a884', // green
  '#e0804a', // terracotta
];

/** The outline's colour: nearly black, and a little see-through so that it does not hide the photo. */
export const OUTLINE_COLOR = 'rgba(8, 10, 16, 0.72)';
