// What a shader that joins two to four maps binds beside its uniforms. Maps are [blocks][height][width] of vec4.
@group(0) @binding(1) var<storage, read> input0: array<vec4f>;
@group(0) @binding(2) var<storage, read> input1: array<vec4f>;
@group(0) @binding(3) var<storage, read> input2: array<vec4f>;
@group(0) @binding(4) var<storage, read> input3: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4f>;
