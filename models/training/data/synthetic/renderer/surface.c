// What a surface looks like at a point, before light falls on it: skin, eyes, cloth, hair, solid things.
// Faces are painted by places in the template: the mouth is at about y 0.64, the eyes at 0.71, the scalp from 0.74.
#include <math.h>
#include <string.h>
#include "noise.h"
#include "render.h"

static void blend(float *rgb, const float *other, float share) {
  for (int k = 0; k < 3; k++) rgb[k] += (other[k] - rgb[k]) * share;
}

static void scale3(float *rgb, float by) {
  for (int k = 0; k < 3; k++) rgb[k] *= by;
}

static void put_on_glasses(const Look *look, const float *rest, Surface *s) {
  const Glasses *g = look->glasses;
  if (g->worn < 0.5f || rest[2] < 0.015f) return;
  float x = fabsf(rest[0]), dx = x - look->eye->center[0], dy = rest[1] - look->eye->center[1] + 0.001f;
  int frame = 0, lens = 0;
  if (rest[2] > 0.06f) {
    float rim = powf(fabsf(dx) / 0.0255f, 2.6f) + powf(fabsf(dy) / 0.0195f, 2.6f);
    frame = rim < 1 && rim > 0.72f;
    lens = rim <= 0.72f;
    frame |= x < 0.010f && fabsf(dy - 0.005f) < 0.0028f;  // the bridge
  }
  frame |= x > 0.052f && fabsf(dy - 0.006f) < 0.0026f && rest[2] < 0.125f;  // the temples
  if (frame) {
    memcpy(s->rgb, g->frame, sizeof s->rgb);
    s->gloss = 0.4f;
  } else if (lens) {
    for (int k = 0; k < 3; k++) s->rgb[k] = s->rgb[k] * (1 - g->lens) + g->frame[k] * 0.4f * g->lens;
    s->gloss = 0.2f + 0.3f * g->lens;
  }
}

static void cloth_surface(const Look *look, const Garment *garment, const float *rest, float arm, Surface *s) {
  const Fabric *f = &garment->fabric;
  fabric_color(f, rest, arm, look->logos, s->rgb);
  s->gloss = f->gloss;
  s->shininess = f->shininess;
  s->bump = f->bump;
  s->bump_frequency = f->bump_frequency;
}

static void skin_surface(const Look *look, const float *rest, float arm, float u, float v, Surface *s) {
  const Skin *skin = look->skin;
  for (int i = 0; i < (int)skin->painted_count; i++) {
    const Garment *garment = look->garments + (int)skin->painted[i];
    if (garment_covers(garment, rest, arm)) {
      cloth_surface(look, garment, rest, arm, s);
      return;
    }
  }
  float x = fabsf(rest[0]), y = rest[1], z = rest[2];
  float patches = noise(rest[0] * 30 + skin->seed, y * 30, z * 30) - 0.5f;
  float spots = noise(rest[0] * 150, y * 150, z * 150 + skin->seed) - 0.5f;
  float pores = noise(rest[0] * 420, y * 420, z * 420) - 0.5f;
  memcpy(s->rgb, skin->color, sizeof s->rgb);
  scale3(s->rgb, 1 + 0.30f * patches + 0.17f * spots + 0.11f * pores);
  s->wrap = 0.25f;  // light bleeds through skin
  s->gloss = skin->gloss;
  s->shininess = 14;
  if (y > 0.62f) {
    float cheek = skin->blush * clampf(1 - fabsf(x - 0.045f) * 25, 0, 1) * clampf(1 - fabsf(y - 0.69f) * 30, 0, 1);
    s->rgb[0] *= 1 + 0.25f * cheek;
    s->rgb[1] *= 1 - 0.2f * cheek;
    s->rgb[2] *= 1 - 0.2f * cheek;
  }
  int size = look->face_size;
  int column = (int)clampf(u * size, 0, size - 1), row = (int)clampf((1 - v) * size, 0, size - 1);
  const uint8_t *texel = look->face + 4 * (row * size + column);
  float lips = texel[0] / 255.0f, brows = texel[1] / 255.0f * skin->brow;
  float beard = texel[2] / 255.0f * skin->beard, scalp = texel[3] / 255.0f * skin->scalp;
  blend(s->rgb, skin->lip, lips * 0.85f);
  blend(s->rgb, skin->hair, clampf(brows * (0.6f + 0.6f * noise(rest[0] * 900, y * 500, 3)), 0, 1));
  blend(s->rgb, skin->hair, clampf(beard * (0.7f + 0.6f * noise(rest[0] * 500, y * 300, z * 500)), 0, 1));
  blend(s->rgb, skin->hair, clampf(scalp * (0.8f + 0.4f * noise(rest[0] * 300, y * 300, z * 300)), 0, 1));
  if (z > 0.07f) {  // lashes
    float dx = x - look->eye->center[0], dy = y - look->eye->center[1], radius = sqrtf(dx * dx * 0.45f + dy * dy);
    scale3(s->rgb, 1 - 0.55f * skin->eye_shadow * clampf(1 - (radius - 0.006f) / 0.006f, 0, 1));
  }
  if (skin->mask > 0 && y > 0.60f && y < skin->mask + 0.012f * clampf(1 - x * 30, 0, 1) && z > 0.045f && x < 0.07f) {
    memcpy(s->rgb, skin->mask_color, sizeof s->rgb);
    s->gloss = 0.02f;
    s->bump = 0.15f;
    s->bump_frequency = 40;
  }
  if (skin->cap > 0 && texel[3] > 60 && y > 0.735f) {
    memcpy(s->rgb, skin->cap_color, sizeof s->rgb);
    scale3(s->rgb, 1 + sinf(y * 1500) * 0.08f);  // knitted ribs
    s->gloss = 0.01f;
    s->bump = 0.3f;
    s->bump_frequency = 120;
  }
  put_on_glasses(look, rest, s);
}

static void eye_surface(const Look *look, const float *rest, Surface *s) {
  const Eye *eye = look->eye;
  float side = rest[0] > 0 ? 1 : -1;
  float d[3] = {fabsf(rest[0]) - eye->center[0], rest[1] - eye->center[1], rest[2] - eye->center[2]};
  float inverse = 1 / sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + 1e-12f);
  float x = d[0] * inverse - (eye->gaze_x * side + eye->squint), y = d[1] * inverse - eye->gaze_y;
  float radius = d[2] > 0 ? sqrtf(x * x + y * y) : 2;
  static const float white[3] = {0.50f, 0.46f, 0.44f};
  if (radius < 0.18f) {
    s->rgb[0] = s->rgb[1] = s->rgb[2] = 0.01f;
  } else if (radius < 0.46f) {
    memcpy(s->rgb, eye->iris, sizeof s->rgb);
    scale3(s->rgb, (0.7f + 0.6f * (radius - 0.18f) / 0.3f) * (radius > 0.41f ? 0.5f : 1));
  } else {
    memcpy(s->rgb, white, sizeof s->rgb);
  }
  scale3(s->rgb, clampf(1 - 1.1f * (d[1] * inverse - 0.05f), 0.45f, 1));  // the lid's shadow
  if ((x + 0.12f) * (x + 0.12f) + (y - 0.14f) * (y - 0.14f) < 0.006f) s->rgb[0] = s->rgb[1] = s->rgb[2] = 1.6f;
  s->gloss = 0.3f;
  s->shininess = 60;
  put_on_glasses(look, rest, s);
}

static void hair_surface(const Hair *hair, const float *rest, float u, float v, Surface *s) {
  float strands = noise(u * hair->shade + hair->seed_u, v * 3, 1);
  float locks = noise(rest[0] * 60, rest[1] * 25, rest[2] * 60 + hair->seed_u);
  memcpy(s->rgb, hair->color, sizeof s->rgb);
  blend(s->rgb, hair->tip, locks * strands);
  scale3(s->rgb, 0.45f + 0.55f * strands + 0.35f * locks);
  s->gloss = hair->gloss;
  s->shininess = 12;
  s->bump = hair->bump;
  s->bump_frequency = 60;
}

int hair_covers(const Hair *hair, float u, float v, const float *rest) {
  float x = fabsf(rest[0]);
  if (rest[2] > 0.065f && rest[1] > 0.55f && x < 0.068f) {  // keeps the face free below the fringe
    float line = hair->fringe + 0.022f * noise(rest[0] * 90 + hair->seed_u, 3, hair->seed_v) - 0.35f * x * (rest[2] < 0.11f);
    if (rest[1] < line) return 0;
  }
  return noise(u * hair->strands_u + hair->seed_u, v * hair->strands_v, hair->seed_v) > hair->gap;
}

static void solid_surface(const Material *m, const float *rest, Surface *s) {
  memcpy(s->rgb, m->color, sizeof s->rgb);
  if (rest[1] < m->low)
    memcpy(s->rgb, m->low_color, sizeof s->rgb);
  else if (m->speckled > 0 && rest[2] > m->speckle_front && noise(rest[0] * 200, rest[1] * 200, 1) > 0.55f)
    memcpy(s->rgb, m->speckle, sizeof s->rgb);
  s->gloss = m->gloss;
}

void surface_at(const Look *look, const Material *material, const float *rest, float arm, float u, float v, Surface *s) {
  *s = (Surface){.rgb = {0.5f, 0.5f, 0.5f}, .wrap = 0.1f, .gloss = 0.05f, .shininess = 20, .bump = 0, .bump_frequency = 20};
  switch ((int)material->kind) {
    case SKIN: skin_surface(look, rest, arm, u, v, s); break;
    case EYE: eye_surface(look, rest, s); break;
    case CLOTH: cloth_surface(look, look->garments + (int)material->garment, rest, arm, s); break;
    case HAIR: hair_surface(look->hair, rest, u, v, s); break;
    case SOLID: solid_surface(material, rest, s); break;
  }
}
