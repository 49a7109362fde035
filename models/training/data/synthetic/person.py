"""One synthetic person: everything drawn at random, put together, and rendered."""
from dataclasses import dataclass

import cv2
import numpy as np

from .. import keypoints as kp
from . import appearance, body as bodies, camera, fabrics, face, garment_mesh, poses, props, renderer, scene, wardrobe
from .colors import cloth_color, hair_color
from .landmarks import Landmarks, visibility
from .makehuman import NO_ARM
from .skeleton import Skeleton
from .wardrobe import SLOT

NEAREST_KEYPOINT = 0.12   # metres from the camera, of people shown whole
FEWEST_KEYPOINTS, FEWEST_VISIBLE = 5, 3
SMALLEST_SIDE = 16        # pixels
SLIMMEST = 5              # height to width, or width to height, at most
LEAST_FILLED = 0.08       # of the sprite's area


@dataclass
class Sprite:
    """color: uint8 BGRA [height, width, 4]; kps: float32 [17, 3], pixel indices; cut, yaw, pose, crop as in sprite_pack."""
    color: np.ndarray
    kps: np.ndarray
    cut: int
    yaw: float
    pose: str
    crop: str


class Studio:
    """What all people have in common: the template, the assets. motion: motion.Motion or None."""

    def __init__(self, human, motion=None, meshes=None):
        self.human, self.motion = human, motion
        self.meshes = garment_mesh.load_all(human) if meshes is None else meshes
        self.skeleton, self.landmarks = Skeleton(human), Landmarks(human)
        self.face = face.paint_mask(human, self.landmarks.eye_center)
        self.logos = fabrics.draw_logos()
        self.skin = human.group("body")
        self.eyes = human.group("helper-l-eye", "helper-r-eye")
        self.teeth = human.group("helper-upper-teeth", "helper-lower-teeth")
        self.tights, self.skirt = HelperMesh(human, "helper-tights"), HelperMesh(human, "helper-skirt")
        self.skirt.arm[:] = NO_ARM  # hands hang beside it and would lend it their parameter

    def sprite(self, random):
        """A Sprite, or None where what was drawn makes no picture."""
        close_up = random.random() < 0.28
        body = bodies.sample(self.human, random)
        pose, pose_name = poses.sample(self.skeleton, random, self.motion, close_up)
        rotations, positions, matrices = self.skeleton.bones(pose, body.joints, random)
        outfit = wardrobe.dress(body, self.meshes, random)
        look, hair = self._look(body, outfit, random)
        mesh = self._mesh(body, outfit, hair, random)
        points = self.landmarks.keypoints(self.human, body, rotations, positions, matrices)

        view = camera.sample_view(points, body.height, close_up, random)
        points = view.apply(points)
        if view.crop == "full" and points[:, 2].min() < NEAREST_KEYPOINT:
            return None
        surface = renderer.skin_vertices(mesh["rest"], mesh["bone_index"], mesh["bone_weight"], view.compose(matrices))
        used = np.unique(mesh["triangles"])
        trunk_up = -(view.rotation @ rotations[self.human.index["spine01"]])[1, 1]
        window = camera.choose_window(view, surface[used], points, trunk_up, int(random.integers(160, 321)), random)
        if window is None:
            return None
        light, shadow = camera.sample_light(view.rotation, random), None
        if random.random() < 0.75:
            center = points.mean(0)
            radius = np.linalg.norm(surface[used] - center, axis=1).max() * 1.02
            shadow = camera.shadow_view(light, center, radius)
        picture = renderer.render(mesh, surface, look, window.width, window.height, window.focal, window.x, window.y, light, shadow)
        return finish(picture, window, points, body.height, view, pose_name, random)

    def _look(self, body, outfit, random):
        """(look for the renderer, the hair's GarmentMesh or None)"""
        color = hair_color(body.age, random)
        skin = appearance.sample_skin(body, color, random)
        hair = wardrobe.sample_hair(body, self.meshes, bool(skin["cap"]), random)
        # Without a mesh of hair the scalp is painted, on the bald not at all.
        is_bald = not self.meshes and random.random() < (0.02 if body.female else 0.1)
        skin["scalp"] = 1 if hair or not self.meshes and not is_bald else random.choice([0, 0.4, 0.8, 1])
        skin["painted_count"] = len(outfit.painted)
        skin["painted"][:len(outfit.painted)] = outfit.painted
        materials = outfit.materials
        materials["kind"][SLOT["skin"]], materials["kind"][SLOT["eye"]] = scene.KIND_SKIN, scene.KIND_EYE
        for slot, albedo, gloss in (("teeth", 0.75, 0.2), ("prop", cloth_color(random), random.uniform(0.02, 0.5))):
            material = materials[SLOT[slot]]
            material["kind"], material["two_sided"], material["low"] = scene.KIND_SOLID, 1, -fabrics.EVERYWHERE
            material["color"], material["gloss"] = albedo, gloss
        material = materials[SLOT["hair"]]
        material["kind"], material["two_sided"], material["cutout"] = scene.KIND_HAIR, 1, scene.CUT_HAIR
        garments = np.array(outfit.garments, scene.GARMENT) if outfit.garments else np.zeros(1, scene.GARMENT)
        return {"materials": materials, "garments": garments, "skin": skin,
                "eye": appearance.sample_eye(self.landmarks.eye_center, random),
                "glasses": appearance.sample_glasses(body, random), "hair": appearance.sample_hair_look(color, random),
                "face": self.face, "logos": self.logos}, hair

    def _mesh(self, body, outfit, hair, random):
        human, mesh = self.human, scene.Mesh()
        worn = outfit.meshes + ([(hair, SLOT["hair"])] if hair else [])
        mesh.add_vertices(body.vertices, human.vertices, human.arm, human.bone_index, human.bone_weight)
        mesh.add_uvs(human.uvs)
        shown = np.ones(len(self.skin[0]), bool)
        for garment, _ in worn:  # skin under a mesh would stick out of it
            hidden = np.zeros(len(human.vertices), bool)
            hidden[garment.hides] = True
            shown &= ~hidden[self.skin[0]].all(1)
        mesh.add_triangles(self.skin[0][shown], self.skin[1][shown], SLOT["skin"])
        mesh.add_triangles(*self.eyes, SLOT["eye"])
        mesh.add_triangles(*self.teeth, SLOT["teeth"])
        for shell in outfit.shells:
            self.tights.add_to(mesh, body, SLOT[shell.material], shell_offsets(shell, self.tights.template[:, 1], self.tights.arm))
        if outfit.skirt is not None:
            self.skirt.add_to(mesh, body, SLOT["skirt"])
        for garment, material in worn:
            first = mesh.add_vertices(garment.fit(body.vertices), garment.template, garment.arm, garment.bone_index, garment.bone_weight)
            mesh.add_triangles(garment.triangles + first, garment.uv_triangles + mesh.add_uvs(garment.uvs), material)
        if random.random() < 0.16:
            for side in "LR" if random.random() < 0.15 else random.choice(["L", "R"]):
                self._add_prop(mesh, body, side, random)
        return mesh.arrays()

    def _add_prop(self, mesh, body, side, random):
        vertices, triangles, bone, _ = props.hold(self.skeleton, body.joints, side, random)
        index, weight = np.zeros((len(vertices), 4), np.uint8), np.zeros((len(vertices), 4), np.float32)
        index[:, 0], weight[:, 0] = bone, 1
        first = mesh.add_vertices(vertices, vertices, np.full(len(vertices), NO_ARM), index, weight)
        mesh.add_triangles(triangles + first, np.zeros_like(triangles), SLOT["prop"])


class HelperMesh:
    """One of MakeHuman's helper meshes (tights, skirt) as a part of its own."""

    def __init__(self, human, group):
        triangles, self.uv_triangles = human.group(group)
        self.vertices, local = np.unique(triangles, return_inverse=True)
        self.triangles = np.ascontiguousarray(local.reshape(triangles.shape), np.int32)
        self.template, self.arm = human.vertices[self.vertices], human.arm[self.vertices].copy()
        self.bone_index, self.bone_weight = human.bone_index[self.vertices], human.bone_weight[self.vertices]

    def add_to(self, mesh, body, material, offsets=None):
        """offsets: metres along the normals, one a vertex."""
        rest = np.ascontiguousarray(body.vertices[self.vertices])
        if offsets is not None:
            rest = rest + renderer.vertex_normals(rest, self.triangles) * offsets[:, None].astype(np.float32)
        first = mesh.add_vertices(rest, self.template, self.arm, self.bone_index, self.bone_weight)
        mesh.add_triangles(self.triangles + first, self.uv_triangles, material)


def shell_offsets(shell, height, arm):
    """How far a shell is off the skin, [n] metres, by height and arm parameter in the template."""
    if shell.material == "top":  # wider towards the hem and along the sleeves
        flare = np.where(arm > 0, np.clip(arm, 0, 1.2), np.where(arm < -0.1, np.clip((0.35 - height) / 0.3, 0, 1), 0))
    else:
        flare = np.clip(-height / 0.6, 0, 1)
    collar = np.clip((height - 0.56) / 0.05, 0, 1)  # at the neck it lies close
    return (shell.offset + shell.flare * flare) * (1 - collar) + 0.002 * collar


def finish(picture, window, points, body_height, view, pose_name, random):
    """Crops the picture to the person and labels it; None where too little is to be seen."""
    top, bottom, left, right = tight_crop(picture.color[..., 3] > 0, window.cut)
    if bottom - top < SMALLEST_SIDE or right - left < SMALLEST_SIDE:
        return None
    color, depth = sharpen(picture.color, random)[top:bottom, left:right], picture.depth[top:bottom, left:right]
    height, width = depth.shape
    if max(width, height) > SLIMMEST * min(width, height) or (color[..., 3] > 0).mean() < LEAST_FILLED:
        return None
    pixels = window.project(points) - [left, top]
    flags = visibility(points, pixels, depth, body_height)
    if (flags > 0).sum() < FEWEST_KEYPOINTS or (flags == kp.VISIBLE).sum() < FEWEST_VISIBLE:
        return None
    kps = np.zeros((kp.COUNT, 3), np.float32)
    kps[flags > 0, :2] = (pixels[flags > 0] - 0.5).clip(0)
    kps[:, 2] = flags
    return Sprite(np.ascontiguousarray(color), kps, window.cut, view.yaw, pose_name, view.crop)


def tight_crop(covered, cut, margin=3):
    """(top, bottom, left, right) around what is covered; sides where the person is cut stay where they are."""
    rows, columns = np.flatnonzero(covered.any(1)), np.flatnonzero(covered.any(0))
    if not len(rows):
        return 0, 0, 0, 0
    height, width = covered.shape
    return (0 if cut & camera.CUT_TOP else max(0, rows[0] - margin),
            height if cut & camera.CUT_BOTTOM else min(height, rows[-1] + 1 + margin),
            0 if cut & camera.CUT_LEFT else max(0, columns[0] - margin),
            width if cut & camera.CUT_RIGHT else min(width, columns[-1] + 1 + margin))


def sharpen(color, random):
    """An unsharp mask of random strength, as cameras apply, that does not take the transparent surroundings in."""
    strength, radius = random.uniform(-0.2, 1.3), random.uniform(0.7, 1.6)
    if strength <= 0:
        return color
    alpha, bgr = color[..., 3:].astype(np.float32) / 255, color[..., :3].astype(np.float32)
    blurred = cv2.GaussianBlur(np.concatenate([bgr * alpha, alpha], 2), (0, 0), radius)
    blurred = blurred[..., :3] / np.maximum(blurred[..., 3:], 1e-3)
    sharp = np.where(alpha > 0, np.clip(bgr + strength * (bgr - blurred), 0, 255), 0)
    return np.concatenate([sharp.astype(np.uint8), color[..., 3:]], 2)
