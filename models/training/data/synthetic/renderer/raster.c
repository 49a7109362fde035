// Triangles to pixels: the nearest surface at each pixel's centre, and the depth map that the lamp sees.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "render.h"

// A triangle on the screen. Weights of the first two corners are linear in x and y.
typedef struct {
  int left, right, top, bottom;  // pixels whose centres may be inside
  float x2, y2;                  // the third corner
  float dx0, dx1, dy0, dy1;      // derivatives of the weights
} Span;

static float min3(float a, float b, float c) { return fminf(a, fminf(b, c)); }
static float max3(float a, float b, float c) { return fmaxf(a, fmaxf(b, c)); }

// Returns twice the signed area (negative: facing the viewer, y down), 0 if there is nothing to draw.
static float span_of(const float *a, const float *b, const float *c, int width, int height, Span *span) {
  float area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
  if (!(fabsf(area) >= 1e-9f)) return 0;
  span->left = (int)ceilf(fmaxf(0, min3(a[0], b[0], c[0]) - 0.5f));
  span->right = (int)floorf(fminf(width - 1.0f, max3(a[0], b[0], c[0]) - 0.5f));
  span->top = (int)ceilf(fmaxf(0, min3(a[1], b[1], c[1]) - 0.5f));
  span->bottom = (int)floorf(fminf(height - 1.0f, max3(a[1], b[1], c[1]) - 0.5f));
  if (span->left > span->right || span->top > span->bottom) return 0;
  span->x2 = c[0];
  span->y2 = c[1];
  span->dx0 = (b[1] - c[1]) / area;
  span->dx1 = (c[1] - a[1]) / area;
  span->dy0 = (c[0] - b[0]) / area;
  span->dy1 = (a[0] - c[0]) / area;
  return area;
}

static void interpolate(const float *values, const int32_t *corner, int size, const float *weights, float *out) {
  for (int k = 0; k < size; k++)
    out[k] = weights[0] * values[size * corner[0] + k] + weights[1] * values[size * corner[1] + k] +
             weights[2] * values[size * corner[2] + k];
}

// Whether a cut-out mesh is there at a point of a triangle.
static int is_there(const Mesh *mesh, const Look *look, const Material *material, int t, const float *weights) {
  const int32_t *corner = mesh->corner + 3 * t;
  float rest[3], arm, uv[2];
  if (material->cutout == CUT_GARMENT) {
    interpolate(mesh->rest, corner, 3, weights, rest);
    interpolate(mesh->arm, corner, 1, weights, &arm);
    return garment_covers(look->garments + (int)material->garment, rest, arm);
  }
  if (material->cutout == CUT_HAIR) {
    interpolate(mesh->rest, corner, 3, weights, rest);
    interpolate(mesh->uv, mesh->uv_corner + 3 * t, 2, weights, uv);
    return hair_covers(look->hair, uv[0], uv[1], rest);
  }
  return 1;
}

int rasterize(const Mesh *mesh, const Look *look, const Camera *camera, Frame *frame) {
  int width = camera->width, height = camera->height;
  float *screen = malloc(sizeof(float) * 3 * mesh->vertices);  // x, y, 1 / z
  if (!screen) return -1;
  memset(frame->depth, 0, sizeof(float) * width * height);
  memset(frame->triangle, 0xff, sizeof(int32_t) * width * height);
  for (int i = 0; i < mesh->vertices; i++) {
    const float *p = mesh->position + 3 * i;
    float inverse = p[2] < NEAR ? -1 : 1 / p[2];
    screen[3 * i] = camera->focal * p[0] * inverse + camera->x;
    screen[3 * i + 1] = camera->focal * p[1] * inverse + camera->y;
    screen[3 * i + 2] = inverse;
  }
  for (int t = 0; t < mesh->triangles; t++) {
    const Material *material = look->materials + mesh->material[t];
    const int32_t *corner = mesh->corner + 3 * t;
    const float *a = screen + 3 * corner[0], *b = screen + 3 * corner[1], *c = screen + 3 * corner[2];
    if (a[2] < 0 || b[2] < 0 || c[2] < 0) continue;  // reaches behind the camera
    Span span;
    float area = span_of(a, b, c, width, height, &span);
    if (area == 0 || (area > 0 && !material->two_sided)) continue;
    for (int y = span.top; y <= span.bottom; y++) {
      for (int x = span.left; x <= span.right; x++) {
        float dx = x + 0.5f - span.x2, dy = y + 0.5f - span.y2;
        float w0 = span.dx0 * dx + span.dy0 * dy, w1 = span.dx1 * dx + span.dy1 * dy, w2 = 1 - w0 - w1;
        if (w0 < 0 || w1 < 0 || w2 < 0) continue;
        float inverse = w0 * a[2] + w1 * b[2] + w2 * c[2];
        int pixel = y * width + x;
        if (inverse <= frame->depth[pixel]) continue;
        // Weights on the triangle itself, where perspective is undone.
        float weights[3] = {w0 * a[2] / inverse, w1 * b[2] / inverse};
        weights[2] = 1 - weights[0] - weights[1];
        if (material->cutout != WHOLE && !is_there(mesh, look, material, t, weights)) continue;
        frame->depth[pixel] = inverse;
        frame->triangle[pixel] = t;
        frame->weights[2 * pixel] = weights[0];
        frame->weights[2 * pixel + 1] = weights[1];
      }
    }
  }
  free(screen);
  return 0;
}

static float dot3(const float *a, const float *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

int cast_shadow(const Mesh *mesh, const Look *look, Shadow *shadow) {
  int size = shadow->size;
  float *seen = malloc(sizeof(float) * 3 * mesh->vertices);
  if (!seen) return -1;
  for (int i = 0; i < size * size; i++) shadow->depth[i] = 1e9f;
  for (int i = 0; i < mesh->vertices; i++) {
    float p[3];
    for (int k = 0; k < 3; k++) p[k] = mesh->position[3 * i + k] - shadow->center[k];
    seen[3 * i] = dot3(shadow->right, p) * shadow->scale + size * 0.5f;
    seen[3 * i + 1] = dot3(shadow->down, p) * shadow->scale + size * 0.5f;
    seen[3 * i + 2] = dot3(shadow->away, p);
  }
  static const float middle[3] = {1 / 3.0f, 1 / 3.0f, 1 / 3.0f};
  for (int t = 0; t < mesh->triangles; t++) {
    const Material *material = look->materials + mesh->material[t];
    const int32_t *corner = mesh->corner + 3 * t;
    const float *a = seen + 3 * corner[0], *b = seen + 3 * corner[1], *c = seen + 3 * corner[2];
    Span span;
    if (span_of(a, b, c, size, size, &span) == 0) continue;
    // Shadows are soft: whole triangles of a garment are enough. Hair casts its whole shadow.
    if (material->cutout == CUT_GARMENT && !is_there(mesh, look, material, t, middle)) continue;
    for (int y = span.top; y <= span.bottom; y++) {
      for (int x = span.left; x <= span.right; x++) {
        float dx = x + 0.5f - span.x2, dy = y + 0.5f - span.y2;
        float w0 = span.dx0 * dx + span.dy0 * dy, w1 = span.dx1 * dx + span.dy1 * dy, w2 = 1 - w0 - w1;
        if (w0 < 0 || w1 < 0 || w2 < 0) continue;
        float depth = w0 * a[2] + w1 * b[2] + w2 * c[2], *nearest = shadow->depth + y * size + x;
        if (depth < *nearest) *nearest = depth;
      }
    }
  }
  free(seen);
  return 0;
}
