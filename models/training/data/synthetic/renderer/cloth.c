// Garments by their outline in the template, and the patterns of their fabrics.
#include <math.h>
#include "noise.h"
#include "render.h"

#define ON_ARM -0.12f  // arm parameters above this are the arm's

int garment_covers(const Garment *g, const float *rest, float arm) {
  float x = fabsf(rest[0]), y = rest[1], z = rest[2];
  if (arm > ON_ARM) return !g->is_bottom && arm < g->sleeve;
  if (y < g->low) return 0;
  if (g->is_bottom) return y <= g->high + g->dip * z;
  // The neckline: a V or a round, deeper in front than behind.
  float across = x / g->neck_width, hang = z > 0.02f ? g->dip : g->back_dip;
  float depth = g->v_neck > 0.5f ? 1 - across : 1 - across * across;
  if (y > g->high - hang * fmaxf(depth, 0)) return 0;
  int above_chest = y > 0.40f;
  return !(g->strap > 0 && above_chest && (x > g->strap || x < g->strap - g->strap_width));
}

static float fraction(float x) { return x - floorf(x); }

// Around and along the part of the body that a point belongs to, in metres.
static void cloth_coordinates(const float *rest, float arm, float *around, float *along) {
  if (arm > 0) {
    *along = arm * 0.27f;
    *around = atan2f(rest[2] - 0.05f, rest[1] - 0.3f) * 0.06f;
  } else if (rest[1] < -0.03f) {  // legs
    float middle = 0.11f - rest[1] * 0.1f;
    *around = atan2f(fabsf(rest[0]) - middle, rest[2] - 0.01f) * 0.09f;
    *along = rest[1];
  } else {
    *around = atan2f(rest[0], rest[2] + 0.01f) * 0.15f;
    *along = rest[1];
  }
}

// Shares of the fabric's second and third colour.
static void pattern_shares(const Fabric *f, const float *rest, float arm, float *second, float *third) {
  float around, along, u, v;
  cloth_coordinates(rest, arm, &around, &along);
  u = along * f->frequency;
  v = around * f->frequency;
  switch ((int)f->pattern) {
    case RINGS: *second = fraction(u) < f->duty; break;
    case STRIPES: *second = fraction(v) < f->duty; break;
    case PLAID:
      u = fraction(u);
      v = fraction(v);
      *second = 0.5f * (u < f->duty) + 0.5f * (v < f->duty);
      *third = fabsf(u - 0.5f) < 0.03f || fabsf(v - 0.5f) < 0.03f ? 0.7f : 0;
      break;
    case DOTS:
      v += 0.5f * ((int)floorf(u) & 1);
      u = fraction(u) - 0.5f;
      v = fraction(v) - 0.5f;
      *second = u * u + v * v < f->duty * f->duty * 0.25f;
      break;
    case CAMOUFLAGE: {
      float s = f->frequency, coarse = noise(rest[0] * s + f->seed, rest[1] * s, rest[2] * s);
      float fine = noise(rest[0] * s * 2.3f, rest[1] * s * 2.3f + f->seed, rest[2] * s * 2.3f);
      float n = 0.65f * coarse + 0.35f * fine;
      *second = n > 0.52f;
      *third = n < 0.36f;
      break;
    }
    case GRADIENT: *second = clampf((along - f->split) * f->split_sharpness + 0.5f, 0, 1); break;
    case DENIM: *second = noise(around * 900 + f->seed, along * 300, 1) * 0.8f; break;
    case TWO_TONE:
      *second = along > f->split;
      *third = fabsf(along - f->split) < 0.012f;
      break;
    case FLOWERS: {
      int i = (int)floorf(v), j = (int)floorf(u);
      float x = v - i - 0.25f - 0.5f * hash_unit(i, j, (int)f->seed), y = u - j - 0.25f - 0.5f * hash_unit(j, i, (int)f->seed + 7);
      float radius = sqrtf(x * x + y * y), angle = atan2f(y, x);
      float petal = (0.2f + 0.12f * cosf(5 * angle + hash_unit(i, j, 3) * 6)) * (0.6f + 0.6f * hash_unit(i, j, 9));
      *second = radius < petal;
      *third = radius < petal * 0.4f;
      break;
    }
    case CHECKS: *second = ((int)floorf(u) + (int)floorf(v)) & 1; break;
    case RAGLAN: *second = arm > 0.05f; break;
    case PANEL: *second = fabsf(rest[0]) < f->duty * 0.1f; break;
  }
}

static void print_logo(const Fabric *f, const float *rest, const uint8_t *logos, float *rgb) {
  float u = (rest[0] - f->logo_x) / f->logo_size * f->logo_side + 0.5f, v = 0.5f - (rest[1] - f->logo_y) / f->logo_size;
  if (u < 0 || u >= 1 || v < 0 || v >= 1) return;
  int x = (int)(u * LOGO_SIZE), y = (int)(v * LOGO_SIZE), logo = (int)f->logo - 1;
  const uint8_t *texel = logos + ((logo * LOGO_SIZE + y) * LOGO_SIZE + x) * 4;
  for (int k = 0; k < 3; k++) {
    float c = texel[k] / 255.0f;
    rgb[k] += (c * c - rgb[k]) * texel[3] / 255.0f;
  }
}

void fabric_color(const Fabric *f, const float *rest, float arm, const uint8_t *logos, float *rgb) {
  float second = 0, third = 0;
  pattern_shares(f, rest, arm, &second, &third);
  for (int k = 0; k < 3; k++) rgb[k] = mixf(mixf(f->color[k], f->color2[k], second), f->color3[k], third);
  if (f->logo > 0 && rest[2] * f->logo_side > 0.02f && arm < -0.1f) print_logo(f, rest, logos, rgb);
  if (f->mottle > 0) {
    float coarse = noise(rest[0] * 14 + f->seed, rest[1] * 9, rest[2] * 14) - 0.5f;
    float weave = noise(rest[0] * 400, rest[1] * 400, rest[2] * 400) - 0.5f;
    for (int k = 0; k < 3; k++) rgb[k] *= 1 + f->mottle * (coarse + 0.5f * weave);
  }
}
