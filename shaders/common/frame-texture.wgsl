// The frame is a texture.
alias FrameTexture = texture_2d<f32>;
fn load_frame(place: vec2i) -> vec3f { return textureLoad(frame, place, 0).rgb; }
