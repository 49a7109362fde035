/** The weighted sum of four cells' lanes. */
export function blend(
  cell00: usize,
  cell01: usize,
  cell10: usize,
  cell11: usize,
  weight00: f32,
  weight01: f32,
  weight10: f32,
  weight11: f32,
  lanes: i32,
  to: usize,
): void {
  const w00 = f32x4.splat(weight00);
  const w01 = f32x4.splat(weight01);
  const w10 = f32x4.splat(weight10);
  const w11 = f32x4.splat(weight11);
  const end = to + (lanes << 2);
  while (to < end) {
    const above = f32x4.add(f32x4.mul(w00, v128.load(cell00)), f32x4.mul(w01, v128.load(cell01)));
    const below = f32x4.add(f32x4.mul(w10, v128.load(cell10)), f32x4.mul(w11, v128.load(cell11)));
    v128.store(to, f32x4.add(above, below));
    cell00 += 16;
    cell01 += 16;
    cell10 += 16;
    cell11 += 16;
    to += 16;
  }
}
