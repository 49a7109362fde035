"""The renderer: C code that is compiled when it is first needed, and its functions for numpy arrays."""
import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile

import numpy as np

from .. import scene

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(HERE), "build")
FLAGS = ["-O3", "-std=c11", "-fPIC", "-shared", "-fno-math-errno", "-Wall", "-Wextra"]
SOURCES = ("mesh.c", "raster.c", "cloth.c", "surface.c", "shade.c")
HEADERS = ("render.h", "noise.h")

_library = None


class RendererError(RuntimeError):
    """The renderer cannot be built, or ran out of memory."""


def compiler():
    """The C compiler's command, or None: $CC, cc, gcc or clang."""
    return next((found for name in (os.environ.get("CC"), "cc", "gcc", "clang") if name and (found := shutil.which(name))), None)


def library():
    """The compiled renderer; built again when its source has changed."""
    global _library
    if _library is None:
        digest = hashlib.sha256()
        for name in SOURCES + HEADERS:
            with open(os.path.join(HERE, name), "rb") as file:
                digest.update(file.read())
        path = os.path.join(BUILD, f"renderer-{digest.hexdigest()[:16]}.so")
        if not os.path.exists(path):
            _build(path)
        loaded = ctypes.CDLL(path)
        for number, struct in enumerate(scene.STRUCTS):
            if loaded.struct_size(number) != struct.itemsize:
                raise RendererError(f"structure {number} has {loaded.struct_size(number)} bytes in C, {struct.itemsize} in scene.py")
        _library = loaded
    return _library


def _build(path):
    command = compiler()
    if command is None:
        raise RendererError("there is no C compiler (cc, gcc or clang)")
    os.makedirs(BUILD, exist_ok=True)
    # Built beside its place and moved there whole: several processes may start at the same time.
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        built = os.path.join(folder, "renderer.so")
        done = subprocess.run([command, *FLAGS, "-o", built, *(os.path.join(HERE, name) for name in SOURCES), "-lm"],
                              capture_output=True, text=True)
        if done.returncode:
            raise RendererError(f"the renderer does not compile:\n{done.stderr}")
        os.replace(built, path)


class _Mesh(ctypes.Structure):
    _fields_ = [("vertices", ctypes.c_int32), ("triangles", ctypes.c_int32)] + [
        (name, ctypes.c_void_p) for name in ("corner", "uv_corner", "material", "position", "normal", "rest", "arm", "uv")]


class _Look(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in ("materials", "garments", "skin", "eye", "glasses", "hair", "face")] + [
        ("face_size", ctypes.c_int32), ("logos", ctypes.c_void_p)]


class _Camera(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int32), ("height", ctypes.c_int32)] + [(name, ctypes.c_float) for name in ("focal", "x", "y")]


class _Frame(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in ("depth", "triangle", "weights")]


class _Shadow(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float * 3) for name in ("right", "down", "away", "center")] + [
        ("scale", ctypes.c_float), ("size", ctypes.c_int32), ("depth", ctypes.c_void_p)]


def _pointer(array, dtype, shape):
    """The array's address, after making sure that C will find what it expects. None in shape: any length."""
    if array.dtype != dtype or not array.flags.c_contiguous or array.ndim != len(shape) or any(
            wanted is not None and wanted != found for wanted, found in zip(shape, array.shape)):
        raise TypeError(f"expected contiguous {np.dtype(dtype)} {list(shape)}, got {array.dtype} {list(array.shape)}")
    return array.ctypes.data


def _indices(array, count):
    """The address of int32 [n, 3] whose numbers are all below count: C does not check them."""
    address = _pointer(array, np.int32, (None, 3))
    if len(array) and not (0 <= array.min() and array.max() < count):
        raise IndexError(f"a triangle names {array.min()} to {array.max()}, but there are {count}")
    return address


def skin_vertices(rest, bone_index, bone_weight, matrices):
    """float32 [n, 3]: rest positions moved by four bones each; matrices: float32 [bones, 3, 4]."""
    count = len(rest)
    if count and bone_index.max() >= len(matrices):
        raise IndexError(f"a vertex names bone {bone_index.max()}, but there are {len(matrices)}")
    out = np.empty((count, 3), np.float32)
    library().skin_vertices(ctypes.c_int32(count), *(ctypes.c_void_p(address) for address in (
        _pointer(rest, np.float32, (count, 3)), _pointer(bone_index, np.uint8, (count, 4)),
        _pointer(bone_weight, np.float32, (count, 4)), _pointer(matrices, np.float32, (None, 3, 4)), out.ctypes.data)))
    return out


def vertex_normals(positions, triangles):
    """float32 [n, 3], unit length."""
    out = np.empty_like(positions)
    library().vertex_normals(
        ctypes.c_int32(len(positions)), ctypes.c_void_p(_pointer(positions, np.float32, (None, 3))),
        ctypes.c_int32(len(triangles)), ctypes.c_void_p(_indices(triangles, len(positions))), ctypes.c_void_p(out.ctypes.data))
    return out


class Picture:
    """What is seen: color uint8 BGRA [height, width, 4], depth float32 [height, width] (1 / z, 0 where nothing is)."""

    def __init__(self, color, depth):
        self.color, self.depth = color, depth


def render(mesh, positions, look, width, height, focal, x, y, light, shadow=None):
    """A Picture of a mesh.

    mesh: Mesh.arrays(); positions: float32 [n, 3] in the camera's frame (x right, y down, z away, metres);
    look: dictionary of materials, garments, skin, eye, glasses, hair, face, logos;
    focal, x, y: a point is seen at (focal x / z + x, focal y / z + y), pixel edges being whole numbers;
    light: scene.LIGHT; shadow: None, or a dictionary of right, down, away, center [3], scale (cells per metre), size."""
    normals = vertex_normals(positions, mesh["triangles"])
    count = len(positions)
    c_mesh = _Mesh(count, len(mesh["triangles"]), _indices(mesh["triangles"], count),
                   _indices(mesh["uv_triangles"], len(mesh["uvs"])), _pointer(mesh["material"], np.uint8, (len(mesh["triangles"]),)),
                   _pointer(positions, np.float32, (count, 3)), normals.ctypes.data, _pointer(mesh["template"], np.float32, (count, 3)),
                   _pointer(mesh["arm"], np.float32, (count,)), _pointer(mesh["uvs"], np.float32, (None, 2)))
    if len(mesh["material"]) and mesh["material"].max() >= len(look["materials"]):
        raise IndexError(f"a triangle has material {mesh['material'].max()}, but there are {len(look['materials'])}")
    face = look["face"]
    c_look = _Look(_pointer(look["materials"], scene.MATERIAL, (None,)), _pointer(look["garments"], scene.GARMENT, (None,)),
                   *(_pointer(look[name], struct, ()) for name, struct in (
                       ("skin", scene.SKIN), ("eye", scene.EYE), ("glasses", scene.GLASSES), ("hair", scene.HAIR))),
                   _pointer(face, np.uint8, (len(face), len(face), 4)), len(face),
                   _pointer(look["logos"], np.uint8, (None, scene.LOGO_SIZE, scene.LOGO_SIZE, 4)))
    # Drawn at twice the size: four samples a pixel.
    camera = _Camera(2 * width, 2 * height, 2 * focal, 2 * x, 2 * y)
    depth, triangle = np.empty((2 * height, 2 * width), np.float32), np.empty((2 * height, 2 * width), np.int32)
    weights = np.empty((2 * height, 2 * width, 2), np.float32)
    frame = _Frame(depth.ctypes.data, triangle.ctypes.data, weights.ctypes.data)
    c_shadow = None
    c = library()
    if c.rasterize(ctypes.byref(c_mesh), ctypes.byref(c_look), ctypes.byref(camera), ctypes.byref(frame)):
        raise RendererError("out of memory")
    if shadow is not None:
        shadow_depth = np.empty((shadow["size"], shadow["size"]), np.float32)
        vectors = [(ctypes.c_float * 3)(*shadow[name]) for name in ("right", "down", "away", "center")]
        c_shadow = _Shadow(*vectors, shadow["scale"], shadow["size"], shadow_depth.ctypes.data)
        if c.cast_shadow(ctypes.byref(c_mesh), ctypes.byref(c_look), ctypes.byref(c_shadow)):
            raise RendererError("out of memory")
    color, out_depth = np.empty((height, width, 4), np.uint8), np.empty((height, width), np.float32)
    c.shade(ctypes.byref(c_mesh), ctypes.byref(c_look), ctypes.byref(camera), ctypes.byref(frame),
            ctypes.c_void_p(_pointer(light, scene.LIGHT, ())), ctypes.byref(c_shadow) if c_shadow else None,
            ctypes.c_void_p(color.ctypes.data), ctypes.c_void_p(out_depth.ctypes.data))
    return Picture(color, out_depth)
