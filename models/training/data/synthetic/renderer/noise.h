// Value noise: smooth, without gradients, the same for the same place.
#ifndef NOISE_H
#define NOISE_H
#include <math.h>
#include <stdint.h>

static inline uint32_t hash3(int x, int y, int z) {
  uint32_t h = (uint32_t)x * 374761393u + (uint32_t)y * 668265263u + (uint32_t)z * 2147483647u;
  h = (h ^ (h >> 13)) * 1274126177u;
  return h ^ (h >> 16);
}

static inline float hash_unit(int x, int y, int z) { return (hash3(x, y, z) & 0xffff) * (1.0f / 65535.0f); }

static inline float mixf(float a, float b, float t) { return a + (b - a) * t; }

static inline float noise(float x, float y, float z) {
  int i = (int)floorf(x), j = (int)floorf(y), k = (int)floorf(z);
  x -= i; y -= j; z -= k;
  x = x * x * (3 - 2 * x); y = y * y * (3 - 2 * y); z = z * z * (3 - 2 * z);
  float near = mixf(mixf(hash_unit(i, j, k), hash_unit(i + 1, j, k), x),
                    mixf(hash_unit(i, j + 1, k), hash_unit(i + 1, j + 1, k), x), y);
  float far = mixf(mixf(hash_unit(i, j, k + 1), hash_unit(i + 1, j, k + 1), x),
                   mixf(hash_unit(i, j + 1, k + 1), hash_unit(i + 1, j + 1, k + 1), x), y);
  return mixf(near, far, z);
}
#endif
