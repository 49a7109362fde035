"""Rotations, limbs and bones, arms that reach their targets, legs, recorded motion."""
import os
import tempfile
import unittest

from . import require

require("numpy", "cv2")
import numpy as np

from data.synthetic import arms, bvh, legs, motion, poses
from data.synthetic.makehuman import BONES
from data.synthetic.rotations import about_x, about_y, about_z, frame, from_vector, part_of, to_vector, twist
from data.synthetic.skeleton import LIMBS, PARENT, Skeleton, to_global, to_local

from .stick_figure import StickFigure


def random_pose(random, strength=0.7):
    return to_global({limb: from_vector(random.normal(0, strength, 3)) for limb in LIMBS})


class RotationsTest(unittest.TestCase):
    def test_vectors(self):
        random = np.random.default_rng(1)
        for angle in (0, 1e-7, 0.3, 2.0, 3.1, np.pi - 1e-4, np.pi):
            axis = random.normal(0, 1, 3)
            axis /= np.linalg.norm(axis)
            rotation = from_vector(axis * angle)
            np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
            np.testing.assert_allclose(from_vector(to_vector(rotation)), rotation, atol=1e-5, err_msg=f"{angle}")

    def test_directions(self):
        """The right-hand rule: x to y about z, y to z about x, z to x about y."""
        x, y, z = np.eye(3)
        for turn, before, after in ((about_z, x, y), (about_x, y, z), (about_y, z, x)):
            np.testing.assert_allclose(turn(np.pi / 2) @ before, after, atol=1e-12)
        np.testing.assert_allclose(from_vector(z * np.pi / 2), about_z(np.pi / 2), atol=1e-12)

    def test_parts_frames_and_twists(self):
        np.testing.assert_allclose(part_of(about_y(1.2), 0.25), about_y(0.3), atol=1e-12)
        axes = frame(np.array([2.0, 0, 0]), np.array([5.0, 3, 0]))
        np.testing.assert_allclose(axes, np.eye(3), atol=1e-8)
        self.assertAlmostEqual(twist(about_x(0.4) @ about_z(-0.0), np.array([1.0, 0, 0])), 0.4)
        self.assertAlmostEqual(twist(about_z(0.7), np.array([1.0, 0, 0])), 0)


class SkeletonTest(unittest.TestCase):
    def setUp(self):
        self.human = StickFigure()
        self.skeleton, self.random = Skeleton(self.human), np.random.default_rng(2)

    def positions(self, pose):
        rotations, positions, matrices = self.skeleton.bones(pose, self.human.heads, self.random)
        return {bone: positions[i] for bone, i in self.human.index.items()}, rotations, matrices

    def test_local_and_global(self):
        pose = random_pose(self.random)
        again = to_global(to_local(pose))
        for limb in LIMBS:
            np.testing.assert_allclose(again[limb], pose[limb], atol=1e-12)

    def test_the_body_at_rest_stays_where_it_is(self):
        places, _, _ = self.positions({limb: np.eye(3) for limb in LIMBS})
        for bone in ("head", "wrist.L", "wrist.R", "foot.L", "upperleg01.R"):
            # The shoulder girdle hangs by chance, a little.
            np.testing.assert_allclose(places[bone], self.human.heads[self.human.index[bone]], atol=0.03, err_msg=bone)
        np.testing.assert_allclose(places["foot.L"], self.human.heads[self.human.index["foot.L"]], atol=1e-9)

    def test_bones_keep_their_lengths(self):
        places, _, _ = self.positions(random_pose(self.random))
        for i, bone in enumerate(BONES[1:], 1):
            parent = BONES[self.human.parents[i]]
            rest = np.linalg.norm(self.human.heads[i] - self.human.heads[self.human.parents[i]])
            self.assertAlmostEqual(np.linalg.norm(places[bone] - places[parent]), rest, places=6, msg=bone)

    def test_limbs_point_where_the_pose_says(self):
        pose = random_pose(self.random)
        places, _, _ = self.positions(pose)
        rest = self.human.heads
        for limb, start, end in (("forearm.R", "lowerarm01.R", "lowerarm02.R"), ("shin.L", "lowerleg01.L", "foot.L"),
                                 ("thigh.R", "upperleg02.R", "lowerleg01.R"), ("root", "root", "spine05")):
            bone = rest[self.human.index[end]] - rest[self.human.index[start]]
            np.testing.assert_allclose(places[end] - places[start], pose[limb] @ bone, atol=1e-6, err_msg=limb)

    def test_matrices_move_joints_to_their_positions(self):
        places, _, matrices = self.positions(random_pose(self.random))
        for i, bone in enumerate(BONES):
            moved = matrices[i, :, :3] @ self.human.heads[i] + matrices[i, :, 3]
            np.testing.assert_allclose(moved, places[bone], atol=1e-5, err_msg=bone)

    def reached(self, side, target, **options):
        """Where the wrist of an arm alone gets to, and the elbow."""
        upper, lower, _ = arms.reach(self.skeleton, side, target, self.random, **options)
        elbow = self.skeleton.shoulder[side] + upper @ self.skeleton.upper_arm[side] * self.skeleton.upper_length[side]
        return elbow + upper @ lower @ self.skeleton.forearm[side] * self.skeleton.lower_length[side], elbow

    def test_arms_reach_their_targets(self):
        for side, sign in (("L", 1), ("R", -1)):
            for target in ((0.1, 0.6, 0.2), (0.3, 0.1, 0.1), (-0.05, 0.3, 0.2), (0.3, 0.85, 0.1)):
                target = np.array(target) * [sign, 1, 1]
                wrist, _ = self.reached(side, target)
                np.testing.assert_allclose(wrist, target, atol=1e-6, err_msg=side)

    def test_a_target_out_of_reach_stretches_the_arm_towards_it(self):
        target = np.array([0.17, 0.52, 3.0])
        wrist, _ = self.reached("L", target)
        way = wrist - self.skeleton.shoulder["L"]
        self.assertAlmostEqual(np.linalg.norm(way), 0.992 * (self.skeleton.upper_length["L"] + self.skeleton.lower_length["L"]), places=6)
        self.assertGreater(way[2] / np.linalg.norm(way), 0.99)

    def test_elbows_follow_the_pole(self):
        out = [self.reached("L", (0.2, 0.25, 0.15), pole=(1, 0, 0))[1][0] for _ in range(20)]
        back = [self.reached("L", (0.2, 0.25, 0.15), pole=(0, 0, -1))[1][0] for _ in range(20)]
        self.assertGreater(np.mean(out), np.mean(back) + 0.05)

    def test_elbows_bend_the_way_they_do(self):
        """The forearm turns about the template's own axis, never backward."""
        for _ in range(50):
            upper, lower, _ = arms.reach(self.skeleton, "L", *arms.sample_target("reach", self.random)[:1], self.random)
            bend = np.cross(self.skeleton.upper_arm["L"], lower @ self.skeleton.forearm["L"])
            self.assertGreater(bend @ self.skeleton.elbow["L"], -1e-6)

    def test_legs(self):
        sitting = legs.Leg(flexion=90, knee=90).rotations("L")
        down = np.array([0, -1.0, 0])
        np.testing.assert_allclose(sitting["thigh.L"] @ down, [0, 0, 1], atol=1e-9)  # forward
        np.testing.assert_allclose(sitting["thigh.L"] @ sitting["shin.L"] @ down, [0, -1, 0], atol=1e-9)
        for side, outward in (("L", 1), ("R", -1)):
            spread = legs.Leg(abduction=30).rotations(side)[f"thigh.{side}"] @ down
            self.assertAlmostEqual(spread[0], outward * 0.5)

    def test_all_families_make_poses(self):
        for family in legs.WEIGHTS:
            for _ in range(5):
                pose, _ = poses.from_families(self.skeleton, self.random, family)
                for limb in LIMBS:
                    np.testing.assert_allclose(pose[limb] @ pose[limb].T, np.eye(3), atol=1e-6, err_msg=f"{family} {limb}")
                places, _, _ = self.positions(pose)
                knee = to_local(pose)["shin.L"]
                self.assertGreaterEqual(to_vector(knee)[0], -1e-9, family)  # no knee bends forward
                self.assertTrue(np.isfinite(list(places.values())).all())

    def test_mixed_poses(self):
        lower, upper = random_pose(self.random), random_pose(self.random)
        mixed = to_local(poses.mix(lower, upper))
        for limb in PARENT:
            source = upper if limb.split(".")[0] in ("chest", "head", "upper_arm", "forearm", "hand") else lower
            np.testing.assert_allclose(mixed[limb], to_local(source)[limb], atol=1e-9, err_msg=limb)

    def test_the_same_seed_gives_the_same_pose(self):
        first, again, other = (poses.sample(self.skeleton, np.random.default_rng(seed)) for seed in (5, 5, 6))
        self.assertEqual(first[1], again[1])
        np.testing.assert_array_equal(first[0]["hand.L"], again[0]["hand.L"])
        self.assertFalse(np.array_equal(first[0]["hand.L"], other[0]["hand.L"]))


SMALL_BVH = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Knee
  {
    OFFSET 0 -2 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -1 0
    }
  }
  JOINT Chest
  {
    OFFSET 0 3 0
    CHANNELS 3 Zrotation Xrotation Yrotation
  }
}
MOTION
Frames: 2
Frame Time: 0.1
0 5 0 0 0 0 0 0 0 0 0 0
1 5 0 90 0 0 0 90 0 0 0 0
"""


class MotionTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "clip.bvh")
        self.folder, self.human = folder.name, StickFigure()

    def write(self, text):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)
        return self.path

    def test_bvh(self):
        clip = bvh.read(self.write(SMALL_BVH))
        self.assertEqual((clip.names, clip.parents), (["Hips", "Knee", "Chest"], [-1, 0, 0]))
        rotations, positions = bvh.forward_kinematics(clip)
        np.testing.assert_allclose(positions["Knee"], [[0, 3, 0], [3, 5, 0]], atol=1e-9)  # the root turns down to +x
        np.testing.assert_allclose(positions["Chest"], [[0, 8, 0], [-2, 5, 0]], atol=1e-9)
        np.testing.assert_allclose(rotations["Knee"][1], about_z(np.pi / 2) @ about_x(np.pi / 2), atol=1e-9)
        self.assertEqual(len(bvh.forward_kinematics(clip, stride=2)[1]["Knee"]), 1)

    def test_bad_bvh(self):
        for text, reason in (("hello", "is no BVH"), (SMALL_BVH.split("Frames")[0], "has no frames"),
                             (SMALL_BVH[:-6], "numbers for 2 frames of 12")):
            with self.assertRaisesRegex(bvh.BvhError, reason):
                bvh.read(self.write(text))

    def clip_of(self, pose_list):
        """A clip on the Character Creator rig of a stick figure in given poses: its joints carry the limbs' rotations."""
        limb_of = {"Hips": "root", "Waist": "root", "Spine01": "root", "NeckTwist01": "chest", "Head": "head"}
        tree = [("Hips", None, "root"), ("Waist", "Hips", "spine05"), ("Spine01", "Waist", "spine04"),
                ("NeckTwist01", "Spine01", "neck01"), ("Head", "NeckTwist01", "head")]
        for side in "LR":
            own = lambda name: f"{side}_{name}"
            for name, parent, bone, limb in (
                ("Clavicle", "Spine01", "clavicle", "chest"), ("Upperarm", "Clavicle", "upperarm01", "upper_arm"),
                ("Forearm", "Upperarm", "lowerarm01", "forearm"), ("Hand", "Forearm", "wrist", "hand"), ("Index1", "Hand", "finger2-1", "hand"),
                ("Mid1", "Hand", "finger3-1", "hand"), ("Pinky1", "Hand", "finger5-1", "hand"), ("Eye", "Head", "eye", "head"),
                ("Thigh", "Hips", "upperleg01", "thigh"), ("Calf", "Thigh", "lowerleg01", "shin"), ("Foot", "Calf", "foot", "foot"),
                ("ToeBase", "Foot", "toe2-1", "foot")):
                tree.append((own(name), parent if parent in ("Spine01", "Head", "Hips") else own(parent), f"{bone}.{side}"))
                limb_of[own(name)] = limb if limb in ("chest", "head") else f"{limb}.{side}"
        # The chest turns in Spine01, so that collars and neck lie on it.
        limb_of["Spine01"] = "chest"
        names = [f"CC_Base_{name}" for name, _, _ in tree]
        parents = [-1 if parent is None else names.index(f"CC_Base_{parent}") for _, parent, _ in tree]
        rest = {name: self.human.vertices[self.human.joint_vertices(bone)[0]].astype(float) for name, _, bone in tree}
        offsets = np.array([rest[name] - rest[parent] if parent else rest[name] for name, parent, _ in tree])
        frames = []
        for pose in pose_list:
            numbers = []
            for name, parent, _ in tree:
                above = pose[limb_of[parent]] if parent else np.eye(3)
                numbers += angles_of(above.T @ pose[limb_of[name]])
            frames.append(numbers)
        return bvh.Clip(names, parents, offsets, [["Zrotation", "Xrotation", "Yrotation"]] * len(names), np.array(frames))

    def test_cmu_motion_is_recovered(self):
        """Poses put on CMU's rig come back as they were, turned to the front."""
        random, skeleton = np.random.default_rng(3), Skeleton(self.human)
        wanted = [poses.from_families(skeleton, random, family)[0]
                  for family in ("sit", "run", "crouch", "lunge", "kneel", "jump", "squat", "tuck")]
        turned = [{limb: about_y(0.5 * i) @ pose[limb] for limb in LIMBS} for i, pose in enumerate(wanted)]
        found = motion.from_cmu(self.clip_of(turned), self.human)
        expected = motion.face_front(np.array([[pose[limb] for limb in LIMBS] for pose in wanted]))
        rigid = [LIMBS.index(limb) for limb in LIMBS if limb.split(".")[0] in ("root", "chest", "head", "hand")]
        np.testing.assert_allclose(found[:, rigid], expected[:, rigid], atol=1e-5)
        # Limbs point where they did. How they turn about themselves is told by the hinge below them; legs at rest are not
        # quite square to the axis that knees bend about, which is taken as x: that costs a few degrees.
        at = lambda bone: self.human.heads[self.human.index[bone]]
        for side in "LR":
            for limb, start, end in (("upper_arm", "upperarm01", "lowerarm01"), ("forearm", "lowerarm01", "wrist"),
                                     ("thigh", "upperleg01", "lowerleg01"), ("shin", "lowerleg01", "foot")):
                i, along = LIMBS.index(f"{limb}.{side}"), at(f"{end}.{side}") - at(f"{start}.{side}")
                np.testing.assert_allclose(found[:, i] @ along, expected[:, i] @ along, atol=1e-5, err_msg=limb)
                if limb in ("thigh", "shin"):
                    np.testing.assert_allclose(found[:, i], expected[:, i], atol=0.12, err_msg=limb)

    def test_makehuman_poses(self):
        """Their rig has z up: a turn about its y is a turn about our -z."""
        text = SMALL_BVH.replace("Hips", "root").replace("Knee", "head").replace("Chest", "spine01")
        bones = [bone for bone in motion.MAKEHUMAN_BONES.values() if bone not in ("root", "head", "spine01")]
        joints = "".join(f"  JOINT {bone}\n  {{\n    OFFSET 0 1 0\n    CHANNELS 3 Zrotation Xrotation Yrotation\n  }}\n" for bone in bones)
        text = text.replace("}\nMOTION", joints + "}\nMOTION").split("Frames:")[0]
        numbers = [0] * 12 + [0, 0, 0] * len(bones)
        numbers[8] = 90  # the head's Yrotation
        self.write(text + "Frames: 1\nFrame Time: 0.1\n" + " ".join(map(str, numbers)) + "\n")
        found = motion.read_folders([self.folder], self.human)
        self.assertEqual(found.rotations.shape, (motion.STILL_REPEATS, 15, 3, 3))
        np.testing.assert_allclose(found.rotations[0, LIMBS.index("head")], about_z(-np.pi / 2), atol=1e-9)
        np.testing.assert_allclose(found.rotations[0, LIMBS.index("chest")], np.eye(3), atol=1e-9)

    def test_file(self):
        poses_array = np.tile(np.eye(3), (2, 15, 1, 1))
        path = os.path.join(self.folder, "motion.npz")
        motion.Motion(poses_array, np.array(["a", "b"])).save(path)
        pose, name = motion.Motion.load(path).sample(np.random.default_rng(1))
        self.assertIn(name, ("motion:a", "motion:b"))
        self.assertEqual(set(pose), set(LIMBS))
        np.savez(path, rotations=poses_array[:, :14], source=np.array(["a", "b"]))
        with self.assertRaisesRegex(ValueError, "rotations must be"):
            motion.Motion.load(path)

    def test_other_rigs_are_refused(self):
        self.write(SMALL_BVH)
        with self.assertRaisesRegex(bvh.BvhError, "rig that is not known"):
            motion.read_folders([self.folder], self.human)
        with tempfile.TemporaryDirectory() as empty, self.assertRaisesRegex(ValueError, "no BVH file"):
            motion.read_folders([empty], self.human)


def angles_of(rotation):
    """Degrees about z, x and y whose product, in that order, is the rotation."""
    x = np.arcsin(np.clip(rotation[2, 1], -1, 1))
    z = np.arctan2(-rotation[0, 1], rotation[1, 1])
    y = np.arctan2(-rotation[2, 0], rotation[2, 2])
    return [float(np.degrees(angle)) for angle in (z, x, y)]
