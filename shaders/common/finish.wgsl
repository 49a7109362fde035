// What ends every kind of convolution. The shader declares shape.has_shortcut and shape.relu, and
// binds shortcut and output.
fn finish(at: i32, sum: vec4f) {
  var value = sum;
  if (shape.has_shortcut != 0) { value += shortcut[at]; }
  if (shape.relu != 0) { value = max(value, vec4f(0)); }
  output[at] = value;
}
