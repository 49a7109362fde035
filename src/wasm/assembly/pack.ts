/**
 * Four cells' lanes side by side: [lanes][4 cells] to `to`, from four addresses.
 *
 * @returns the address after what was written.
 */
export function pack(cell0: usize, cell1: usize, cell2: usize, cell3: usize, lanes: i32, to: usize): usize {
  const end = to + (lanes << 4);
  while (to < end) {
    const a = v128.load(cell0);
    const b = v128.load(cell1);
    const c = v128.load(cell2);
    const d = v128.load(cell3);
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(to, i64x2.shuffle(ab, cd, 1, 3), 16);
    v128.store(to, i64x2.shuffle(ab2, cd2, 0, 2), 32);
    v128.store(to, i64x2.shuffle(ab2, cd2, 1, 3), 48);
    cell0 += 16;
    cell1 += 16;
    cell2 += 16;
    cell3 += 16;
    to += 64;
  }
  return to;
}
