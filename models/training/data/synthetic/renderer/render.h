// The renderer's structures and functions. All members are 4-byte numbers in C order, so that numpy's structured types
// (scene.py) describe the same bytes.
#ifndef RENDER_H
#define RENDER_H
#include <stdint.h>

// A cloth. Patterns are laid out in the template, so they move with the body.
typedef struct {
  float pattern;             // enum Pattern
  float color[3], color2[3], color3[3];  // linear RGB
  float frequency, duty;     // repeats per metre; share of the second colour
  float mottle;              // strength of irregular shading
  float logo;                // 0 none, else 1 + the logo's number
  float logo_x, logo_y, logo_size, logo_side;  // metres; side 1 front, -1 back
  float split, split_sharpness;  // height where split patterns change colour
  float seed;
  float gloss, shininess, bump, bump_frequency;
} Fabric;

enum Pattern { PLAIN, RINGS, STRIPES, PLAID, DOTS, CAMOUFLAGE, GRADIENT, DENIM, TWO_TONE, FLOWERS, CHECKS, RAGLAN, PANEL };

// What a garment covers, told by heights in the template: it can be painted on the body or cut out of a mesh around it.
typedef struct {
  float is_bottom;           // 0: trunk and arms; 1: hips and legs
  float low, high;           // metres
  float sleeve;              // arm parameter where it ends: 1 elbow, 2 wrist, negative none
  float dip, back_dip;       // how far the neckline hangs in front and behind; of bottoms, the waist's slope
  float neck_width, v_neck;
  float strap, strap_width;  // 0, or |x| of the straps' outer edge
  Fabric fabric;
} Garment;

enum Kind { SKIN, EYE, CLOTH, HAIR, SOLID };
enum Cutout { WHOLE, CUT_GARMENT, CUT_HAIR };

typedef struct {
  float kind;                // enum Kind
  float two_sided;
  float cutout;              // enum Cutout: where the mesh is left out
  float garment;             // index, for CLOTH and CUT_GARMENT
  float color[3], low_color[3], low;           // SOLID: below the height `low` it has low_color,
  float speckle[3], speckled, speckle_front;   // ... and in front of speckle_front, speckles (shoe laces)
  float gloss;
} Material;

#define PAINTED 8
typedef struct {
  float color[3], lip[3], hair[3];
  float beard, scalp, brow, eye_shadow, blush;  // strengths, 0 to 1
  float gloss, seed;
  float mask, mask_color[3];   // height up to which a face mask reaches, 0 for none
  float cap, cap_color[3];     // 1: a knitted cap on the scalp
  float painted_count, painted[PAINTED];        // garments painted on the body, the outermost first
} Skin;

typedef struct { float center[3], gaze_x, gaze_y, squint, iris[3]; } Eye;  // the left eye's centre in the template
typedef struct { float worn, frame[3], lens; } Glasses;
typedef struct {
  float color[3], tip[3], gloss, bump;
  float strands_u, strands_v, seed_u, seed_v, gap;  // strands along the texture's u and v; share left out
  float fringe, shade;
} Hair;

typedef struct {
  float exposure, gamma, compress;
  float up[3], ground[3], sky[3];               // ambient light by the normal's direction
  float side[3], side_color[3];
  struct { float direction[3], color[3]; } lamp[2];  // directions point to the lamp; the first casts the shadow
  float white[3], rim, occlusion;
} Light;

typedef struct {
  int32_t vertices, triangles;
  const int32_t *corner;     // [triangles, 3] into the vertices
  const int32_t *uv_corner;  // [triangles, 3] into uv
  const uint8_t *material;   // [triangles]
  const float *position;     // [vertices, 3] in the camera's frame: x right, y down, z away
  const float *normal;       // [vertices, 3]
  const float *rest;         // [vertices, 3] in the template
  const float *arm;          // [vertices] arm parameter
  const float *uv;
} Mesh;

typedef struct {
  const Material *materials;
  const Garment *garments;
  const Skin *skin;
  const Eye *eye;
  const Glasses *glasses;
  const Hair *hair;
  const uint8_t *face;       // [face_size, face_size, 4]: lips, brows, beard, scalp by the body's uv
  int32_t face_size;
  const uint8_t *logos;      // [n, 64, 64, 4]
} Look;

typedef struct { int32_t width, height; float focal, x, y; } Camera;

typedef struct {
  float *depth;              // [height, width] 1 / z, 0 where nothing is
  int32_t *triangle;         // [height, width] -1 where nothing is
  float *weights;            // [height, width, 2] of the triangle's first two corners
} Frame;

// Orthographic view along the first lamp.
typedef struct { float right[3], down[3], away[3], center[3], scale; int32_t size; float *depth; } Shadow;

#define LOGO_SIZE 64
#define NEAR 0.06f

// mesh.c
void skin_vertices(int32_t count, const float *rest, const uint8_t *bone, const float *weight, const float *matrices, float *out);
void vertex_normals(int32_t vertices, const float *position, int32_t triangles, const int32_t *corner, float *normal);
// raster.c
int rasterize(const Mesh *mesh, const Look *look, const Camera *camera, Frame *frame);
int cast_shadow(const Mesh *mesh, const Look *look, Shadow *shadow);
// cloth.c
int garment_covers(const Garment *garment, const float *rest, float arm);
void fabric_color(const Fabric *fabric, const float *rest, float arm, const uint8_t *logos, float *rgb);
// surface.c
typedef struct { float rgb[3], wrap, gloss, shininess, bump, bump_frequency; } Surface;
void surface_at(const Look *look, const Material *material, const float *rest, float arm, float u, float v, Surface *surface);
int hair_covers(const Hair *hair, float u, float v, const float *rest);
// shade.c: half the frame's size, rgba uint8 (BGR order) and the nearest 1 / z of each pixel
int shade(const Mesh *mesh, const Look *look, const Camera *camera, const Frame *frame, const Light *light, const Shadow *shadow,
          uint8_t *out, float *out_depth);
// sizes of the structures, to be compared with numpy's
int struct_size(int which);

static inline float clampf(float x, float low, float high) { return x < low ? low : x > high ? high : x; }
#endif
