// The frame is a video's, where it lies.
alias FrameTexture = texture_external;
fn load_frame(place: vec2i) -> vec3f { return textureLoad(frame, place).rgb; }
