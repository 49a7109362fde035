// Light on the rasterized surface, and the picture at half the frame's size (four samples a pixel).
#include <math.h>
#include <stdlib.h>
#include "noise.h"
#include "render.h"

#define CURVE_SIZE 4096

static float dot3(const float *a, const float *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static void normalize3(float *v) {
  float inverse = 1 / sqrtf(dot3(v, v) + 1e-12f);
  for (int k = 0; k < 3; k++) v[k] *= inverse;
}

// Ambient occlusion of one pixel from the depths around it: 1 open, less in folds and where limbs meet.
static float openness(const Camera *camera, const float *depth, int x, int y, float strength) {
  static const float ring[8][2] = {{1, 0}, {0.7f, 0.7f}, {0, 1}, {-0.7f, 0.7f}, {-1, 0}, {-0.7f, -0.7f}, {0, -1}, {0.7f, -0.7f}};
  float inverse = depth[y * camera->width + x];
  if (inverse <= 0) return 1;
  float z = 1 / inverse, radius = 0.10f * camera->focal * inverse, hidden = 0;  // 10 cm around
  float jitter = 0.4f + 0.6f * (hash3(x / 2, y / 2, 5) & 255) / 255.0f;
  for (int k = 0; k < 8; k++) {
    float r = radius * (k & 1 ? jitter : jitter * 0.5f);
    int sx = x + (int)(ring[k][0] * r), sy = y + (int)(ring[k][1] * r);
    if (sx < 0 || sy < 0 || sx >= camera->width || sy >= camera->height) continue;
    float other = depth[sy * camera->width + sx];
    if (other <= 0) continue;
    float nearer = z - 1 / other, reach = r * z / camera->focal;
    if (nearer > 0.3f * reach && nearer < 0.25f) hidden += fminf(1, nearer / reach * 0.7f) * (1 - nearer * 4);
  }
  return 1 - hidden * 0.125f * strength;
}

// How much of the first lamp's light reaches a point, 0 to 1, between the shadow map's four nearest cells.
static float lit(const Shadow *shadow, const float *point) {
  if (!shadow || shadow->size <= 0) return 1;
  float p[3];
  for (int k = 0; k < 3; k++) p[k] = point[k] - shadow->center[k];
  float x = dot3(shadow->right, p) * shadow->scale + shadow->size * 0.5f - 0.5f;
  float y = dot3(shadow->down, p) * shadow->scale + shadow->size * 0.5f - 0.5f;
  float z = dot3(shadow->away, p) - 0.03f;  // so that a surface does not shadow itself
  int column = (int)floorf(x), row = (int)floorf(y);
  if (column < 0 || row < 0 || column >= shadow->size - 1 || row >= shadow->size - 1) return 1;
  float fx = x - column, fy = y - row;
  const float *d = shadow->depth + row * shadow->size + column, *e = d + shadow->size;
  return mixf(mixf(z < d[0], z < d[1], fx), mixf(z < e[0], z < e[1], fx), fy);
}

// Tilts the normal by the slope of a noise: wrinkles and folds.
static void bump_normal(const Surface *s, const float *rest, float *normal) {
  const float step = 0.15f;
  float x = rest[0] * s->bump_frequency, y = rest[1] * s->bump_frequency * 0.6f, z = rest[2] * s->bump_frequency;
  float here = noise(x, y, z);
  float slope[3] = {noise(x + step, y, z) - here, noise(x, y + step, z) - here, noise(x, y, z + step) - here};
  x *= 2.7f; y *= 2.7f; z *= 2.7f;
  here = fabsf(noise(x, y, z) - 0.5f);  // sharp ridges across
  slope[0] -= 0.9f * (fabsf(noise(x + step, y, z) - 0.5f) - here);
  slope[2] -= 0.9f * (fabsf(noise(x, y + step, z) - 0.5f) - here);
  for (int k = 0; k < 3; k++) normal[k] -= slope[k] * s->bump / step;
}

// Linear RGB that leaves the surface towards the camera.
static void illuminate(const Surface *s, const Light *light, const Shadow *shadow, const float *position, float *normal, int two_sided,
                       float open, float *rgb) {
  float view[3] = {-position[0], -position[1], -position[2]};
  normalize3(view);
  normalize3(normal);
  float facing = dot3(normal, view);
  if (facing < 0 && two_sided) {
    for (int k = 0; k < 3; k++) normal[k] = -normal[k];
    facing = -facing;
  }
  float up = 0.5f + 0.5f * dot3(normal, light->up), side = 0.5f + 0.5f * dot3(normal, light->side);
  float diffuse[3], specular = 0;
  for (int k = 0; k < 3; k++) diffuse[k] = (mixf(light->ground[k], light->sky[k], up) + light->side_color[k] * side) * open;
  for (int lamp = 0; lamp < 2; lamp++) {
    const float *to_lamp = light->lamp[lamp].direction, *color = light->lamp[lamp].color;
    float reaches = lamp == 0 ? lit(shadow, position) : 1;
    float toward = dot3(normal, to_lamp), share = fmaxf(0, (toward + s->wrap) / (1 + s->wrap));
    for (int k = 0; k < 3; k++) diffuse[k] += share * color[k] * (lamp == 0 ? reaches : open);
    float half[3] = {to_lamp[0] + view[0], to_lamp[1] + view[1], to_lamp[2] + view[2]};
    normalize3(half);
    float mirrored = dot3(normal, half);
    if (toward > 0 && mirrored > 0)
      specular += powf(mirrored, s->shininess) * s->gloss * (lamp == 0 ? reaches : 1) * (color[0] + color[1] + color[2]) * 0.33f;
  }
  float rim = 1 - facing;
  rim = rim * rim * rim * light->rim;
  for (int k = 0; k < 3; k++) rgb[k] = s->rgb[k] * diffuse[k] + specular + rim * light->sky[k] * 0.3f;
}

// One sample of the frame, displayed: RGB from 0 to 1.
static void sample_color(const Mesh *mesh, const Look *look, const Frame *frame, const Light *light, const Shadow *shadow,
                         const float *curve, int pixel, float open, float *rgb) {
  int t = frame->triangle[pixel];
  const int32_t *corner = mesh->corner + 3 * t, *uv_corner = mesh->uv_corner + 3 * t;
  float w[3] = {frame->weights[2 * pixel], frame->weights[2 * pixel + 1]};
  w[2] = 1 - w[0] - w[1];
  float rest[3] = {0}, normal[3] = {0}, position[3] = {0}, uv[2] = {0}, arm = 0;
  for (int c = 0; c < 3; c++) {
    for (int k = 0; k < 3; k++) {
      rest[k] += w[c] * mesh->rest[3 * corner[c] + k];
      normal[k] += w[c] * mesh->normal[3 * corner[c] + k];
      position[k] += w[c] * mesh->position[3 * corner[c] + k];
    }
    for (int k = 0; k < 2; k++) uv[k] += w[c] * mesh->uv[2 * uv_corner[c] + k];
    arm += w[c] * mesh->arm[corner[c]];
  }
  const Material *material = look->materials + mesh->material[t];
  Surface surface;
  surface_at(look, material, rest, arm, uv[0], uv[1], &surface);
  if (surface.bump > 0) bump_normal(&surface, rest, normal);
  float linear[3];
  illuminate(&surface, light, shadow, position, normal, material->two_sided > 0.5f, open, linear);
  for (int k = 0; k < 3; k++) {
    float c = linear[k] * light->exposure * light->white[k];
    c = clampf(c / (1 + c * light->compress), 0, 1) * (CURVE_SIZE - 1);
    int i = (int)c;
    rgb[k] = mixf(curve[i], curve[i + 1], c - i);
  }
}

// Whether four samples show one smooth surface, so that two of them are enough.
static int is_even(const Mesh *mesh, const Frame *frame, const int *pixel) {
  float nearest = 0, farthest = 1e9f;
  for (int s = 0; s < 4; s++) {
    if (frame->triangle[pixel[s]] < 0) return 0;
    if (mesh->material[frame->triangle[pixel[s]]] != mesh->material[frame->triangle[pixel[0]]]) return 0;
    nearest = fmaxf(nearest, frame->depth[pixel[s]]);
    farthest = fminf(farthest, frame->depth[pixel[s]]);
  }
  return nearest - farthest < 0.02f * nearest;
}

int shade(const Mesh *mesh, const Look *look, const Camera *camera, const Frame *frame, const Light *light, const Shadow *shadow,
          uint8_t *out, float *out_depth) {
  float curve[CURVE_SIZE + 1];
  for (int i = 0; i <= CURVE_SIZE; i++) curve[i] = powf(i / (float)CURVE_SIZE, light->gamma);
  int width = camera->width / 2, height = camera->height / 2;
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      int first = 2 * y * camera->width + 2 * x;
      int pixel[4] = {first, first + 1, first + camera->width, first + camera->width + 1};
      float open = openness(camera, frame->depth, 2 * x, 2 * y, light->occlusion);
      int step = is_even(mesh, frame, pixel) ? 3 : 1;
      float sum[3] = {0}, nearest = 0;
      int shaded = 0, covered = 0;
      for (int s = 0; s < 4; s++) {
        nearest = fmaxf(nearest, frame->depth[pixel[s]]);
        if (frame->triangle[pixel[s]] < 0) continue;
        covered++;
        if (s % step) continue;
        float rgb[3];
        sample_color(mesh, look, frame, light, shadow, curve, pixel[s], open, rgb);
        for (int k = 0; k < 3; k++) sum[k] += rgb[k];
        shaded++;
      }
      uint8_t *o = out + 4 * (y * width + x);
      for (int k = 0; k < 3; k++) o[k] = shaded ? (uint8_t)(sum[2 - k] * 255 / shaded + 0.5f) : 0;
      o[3] = (uint8_t)(covered * 63.75f + 0.5f);
      out_depth[y * width + x] = nearest;
    }
  }
  return 0;
}

int struct_size(int which) {
  switch (which) {
    case 0: return sizeof(Fabric);
    case 1: return sizeof(Garment);
    case 2: return sizeof(Material);
    case 3: return sizeof(Skin);
    case 4: return sizeof(Eye);
    case 5: return sizeof(Glasses);
    case 6: return sizeof(Hair);
    case 7: return sizeof(Light);
    default: return -1;
  }
}
