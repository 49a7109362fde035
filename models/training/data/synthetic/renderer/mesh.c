// Vertices: linear blend skinning, normals.
#include <math.h>
#include <string.h>
#include "render.h"

// matrices: [bones, 3, 4]; four bones a vertex.
void skin_vertices(int32_t count, const float *rest, const uint8_t *bone, const float *weight, const float *matrices, float *out) {
  for (int i = 0; i < count; i++) {
    float m[12] = {0};
    for (int k = 0; k < 4; k++) {
      float w = weight[4 * i + k];
      if (w <= 0) continue;
      const float *matrix = matrices + 12 * bone[4 * i + k];
      for (int j = 0; j < 12; j++) m[j] += w * matrix[j];
    }
    const float *p = rest + 3 * i;
    for (int row = 0; row < 3; row++)
      out[3 * i + row] = m[4 * row] * p[0] + m[4 * row + 1] * p[1] + m[4 * row + 2] * p[2] + m[4 * row + 3];
  }
}

// Means of the triangles' normals, weighted by their areas.
void vertex_normals(int32_t vertices, const float *position, int32_t triangles, const int32_t *corner, float *normal) {
  memset(normal, 0, sizeof(float) * 3 * vertices);
  for (int t = 0; t < triangles; t++) {
    const float *a = position + 3 * corner[3 * t], *b = position + 3 * corner[3 * t + 1], *c = position + 3 * corner[3 * t + 2];
    float u[3], v[3];
    for (int k = 0; k < 3; k++) { u[k] = b[k] - a[k]; v[k] = c[k] - a[k]; }
    float n[3] = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
    for (int k = 0; k < 3; k++)
      for (int axis = 0; axis < 3; axis++) normal[3 * corner[3 * t + k] + axis] += n[axis];
  }
  for (int i = 0; i < vertices; i++) {
    float *n = normal + 3 * i, length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-12f;
    for (int k = 0; k < 3; k++) n[k] /= length;
  }
}
