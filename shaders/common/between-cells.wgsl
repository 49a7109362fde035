// A channel of a map, read at a place between its cells: cell m lies at factor · m, and the last row and column repeat.
// Equal cells give exactly equal values between them. The shader declares cell(channel, x, y), which clamps.
fn between_cells(channel: i32, x: i32, y: i32, factor: i32) -> f32 {
  let left = x / factor;
  let top = y / factor;
  let u = f32(x % factor) / f32(factor);
  let v = f32(y % factor) / f32(factor);
  let nw = cell(channel, left, top);
  let ne = cell(channel, left + 1, top);
  let sw = cell(channel, left, top + 1);
  let se = cell(channel, left + 1, top + 1);
  let above = nw + u * (ne - nw);
  let below = sw + u * (se - sw);
  return above + v * (below - above);
}
