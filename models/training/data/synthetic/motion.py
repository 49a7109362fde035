"""Recorded motion as poses of our 15 limbs.

    python3 -m data.synthetic.motion OUT.npz BVH_FOLDER...

reads BVH files of the CMU Graphics Lab Motion Capture Database on the Character Creator rig (joints CC_Base_...) and
MakeHuman's own poses (joints of MakeHuman's rig). OUT.npz has rotations, float32 [n, 15, 3, 3] in the order of
skeleton.LIMBS, turned so that every pose faces the front, and source, str [n].
"""
import glob
import os
import sys

import numpy as np

from . import bvh
from .rotations import about_x, frame, unit
from .skeleton import LIMBS

POSES_PER_CLIP = 160   # frames taken from a clip, at most
STILL_REPEATS = 40     # a still pose counts like so many frames

# Joints by which a body's limbs are oriented: name, CMU's joint, MakeHuman's bone. {} is the side, L or R.
SIDED_JOINTS = (
    ("collar", "CC_Base_{}_Clavicle", "clavicle"), ("shoulder", "CC_Base_{}_Upperarm", "upperarm01"),
    ("elbow", "CC_Base_{}_Forearm", "lowerarm01"), ("wrist", "CC_Base_{}_Hand", "wrist"), ("hip", "CC_Base_{}_Thigh", "upperleg01"),
    ("knee", "CC_Base_{}_Calf", "lowerleg01"), ("ankle", "CC_Base_{}_Foot", "foot"), ("toe", "CC_Base_{}_ToeBase", "toe2-1"),
    ("index", "CC_Base_{}_Index1", "finger2-1"), ("middle", "CC_Base_{}_Mid1", "finger3-1"), ("little", "CC_Base_{}_Pinky1", "finger5-1"),
    ("eye", "CC_Base_{}_Eye", "eye"),
)
MIDDLE_JOINTS = (("waist", "CC_Base_Waist", "spine05"), ("spine", "CC_Base_Spine01", "spine04"), ("neck", "CC_Base_NeckTwist01", "neck01"),
                 ("head", "CC_Base_Head", "head"))

# MakeHuman's bones that turn like our limbs.
MAKEHUMAN_BONES = {"root": "root", "chest": "spine01", "head": "head"} | {
    f"{limb}.{side}": f"{bone}.{side}" for side in "LR" for limb, bone in (
        ("upper_arm", "upperarm02"), ("forearm", "lowerarm01"), ("hand", "wrist"), ("thigh", "upperleg02"), ("shin", "lowerleg01"),
        ("foot", "foot"))}

# The Character Creator rig holds chest and head otherwise than MakeHuman's, differently for each of CMU's subjects:
# degrees to the front, set by eye.
SUBJECT_PITCH = {"001": (5, 16), "002": (9, 28), "003": (6, 2), "005": (12, 3), "006": (0, 2), "007": (10, 13)}


class Motion:
    """rotations: float [n, 15, 3, 3]; source: str [n]"""

    def __init__(self, rotations, source):
        self.rotations, self.source = np.asarray(rotations, np.float64), source

    @classmethod
    def load(cls, path):
        with np.load(path, allow_pickle=False) as file:
            rotations, source = file["rotations"], file["source"]
        if rotations.shape != (len(source), len(LIMBS), 3, 3):
            raise ValueError(f"{path}: rotations must be [{len(source)}, {len(LIMBS)}, 3, 3], not {list(rotations.shape)}")
        return cls(rotations, source)

    def save(self, path):
        np.savez_compressed(path, rotations=self.rotations.astype(np.float32), source=self.source)

    def sample(self, random):
        """(a pose, "motion:" and the clip's name)"""
        i = random.integers(len(self.rotations))
        return dict(zip(LIMBS, self.rotations[i])), f"motion:{self.source[i]}"


def template_joints(human):
    """{name: [1, 3]} of the body at rest."""
    place = lambda bone: human.vertices[human.joint_vertices(bone)].mean(0)[None].astype(float)
    joints = {name: place(bone) for name, _, bone in MIDDLE_JOINTS}
    return joints | {f"{name}.{side}": place(f"{bone}.{side}") for side in "LR" for name, _, bone in SIDED_JOINTS}


def template_hinges(joints):
    """{limb: [1, 3]}: the axes that the template's elbows and knees bend about."""
    hinges = {}
    for side in "LR":
        upper, lower = (joints[f"{b}.{side}"] - joints[f"{a}.{side}"] for a, b in (("shoulder", "elbow"), ("elbow", "wrist")))
        hinges[f"upper_arm.{side}"] = unit(np.cross(upper, lower))
        hinges[f"thigh.{side}"] = np.array([[1.0, 0, 0]])
    return hinges


def limb_frames(joints, hinges):
    """{limb: [n, 3, 3]}: axes fixed to each limb, by where the joints are."""
    hips = (joints["hip.L"] + joints["hip.R"]) / 2
    eyes = (joints["eye.L"] + joints["eye.R"]) / 2
    frames = {"root": frame(joints["hip.L"] - joints["hip.R"], joints["waist"] - hips),
              "chest": frame(joints["collar.L"] - joints["collar.R"], joints["neck"] - joints["spine"]),
              "head": frame(joints["eye.L"] - joints["eye.R"], eyes - joints["head"])}
    for side in "LR":
        at = lambda name: joints[f"{name}.{side}"]
        elbow, knee = hinges[f"upper_arm.{side}"], hinges[f"thigh.{side}"]
        frames[f"upper_arm.{side}"] = frame(at("elbow") - at("shoulder"), elbow)
        frames[f"forearm.{side}"] = frame(at("wrist") - at("elbow"), elbow)
        frames[f"hand.{side}"] = frame(at("middle") - at("wrist"), at("index") - at("little"))
        frames[f"thigh.{side}"] = frame(at("knee") - at("hip"), knee)
        frames[f"shin.{side}"] = frame(at("ankle") - at("knee"), knee)
        frames[f"foot.{side}"] = frame(at("toe") - at("ankle"), knee)
    return frames


def clip_hinges(rotations, joints):
    """{limb: [n, 3]}: the axes that elbows and knees bend about in each frame. A straight limb shows no axis: there it
    is the one, fixed to the upper limb, that the clip's bent frames have in common."""
    hinges = {}
    for side in "LR":
        for limb, bone, (a, b, c) in (("upper_arm", "Upperarm", ("shoulder", "elbow", "wrist")), ("thigh", "Thigh", ("hip", "knee", "ankle"))):
            upper, lower = unit(joints[f"{b}.{side}"] - joints[f"{a}.{side}"]), unit(joints[f"{c}.{side}"] - joints[f"{b}.{side}"])
            axis = np.cross(upper, lower)
            bend = np.linalg.norm(axis, axis=1)
            turned = rotations[f"CC_Base_{side}_{bone}"]
            local = np.einsum("nji,nj->ni", turned, axis)
            bent = bend > 0.25
            common = np.einsum("nij,j->ni", turned, unit(local[bent].sum(0) if bent.sum() > 5 else local.sum(0)))
            own = unit(axis)
            if limb == "thigh":  # knees may be bent a little backward
                own = own * np.where((own * common).sum(1, keepdims=True) < 0, -1, 1)
            share = np.clip((bend - 0.2) / 0.3, 0, 1)[:, None]
            hinges[f"{limb}.{side}"] = unit(common * (1 - share) + own * share)
    return hinges


def face_front(rotations):
    """Turns poses [n, 15, 3, 3] about the vertical so that the root faces z."""
    facing = rotations[:, LIMBS.index("root"), :, 2]
    turn = bvh.rotations_about("Y", -np.arctan2(facing[:, 0], facing[:, 2]))
    return np.einsum("nij,nljk->nlik", turn, rotations)


def from_cmu(clip, human, subject=None):
    """float [n, 15, 3, 3] of a clip on the Character Creator rig."""
    stride = max(1, len(clip.frames) // POSES_PER_CLIP)
    rotations, positions = bvh.forward_kinematics(clip, stride)
    joints = {name: positions[joint] for name, joint, _ in MIDDLE_JOINTS}
    joints |= {f"{name}.{side}": positions[joint.format(side)] for side in "LR" for name, joint, _ in SIDED_JOINTS}
    rest = template_joints(human)
    rest_frames, frames = limb_frames(rest, template_hinges(rest)), limb_frames(joints, clip_hinges(rotations, joints))
    poses = face_front(np.stack([frames[limb] @ rest_frames[limb][0].T for limb in LIMBS], 1))
    for limb, pitch in zip(("chest", "head"), SUBJECT_PITCH.get(subject, (0, 0))):
        poses[:, LIMBS.index(limb)] = poses[:, LIMBS.index(limb)] @ about_x(np.radians(pitch))
    return poses


def from_makehuman(clip):
    """float [1, 15, 3, 3]: the last frame of one of MakeHuman's poses. Its rig rests like our template, with z up."""
    rotations, _ = bvh.forward_kinematics(clip)
    z_up = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # the template's axes to the file's
    return face_front(np.stack([z_up.T @ rotations[MAKEHUMAN_BONES[limb]][-1] @ z_up for limb in LIMBS])[None])


def read_folders(folders, human):
    """Motion of all BVH files in some folders."""
    poses, sources = [], []
    for folder in folders:
        paths = sorted(glob.glob(os.path.join(folder, "**", "*.bvh"), recursive=True))
        if not paths:
            raise ValueError(f"there is no BVH file in {folder}")
        for path in paths:
            clip, name = bvh.read(path), os.path.splitext(os.path.basename(path))[0]
            if "CC_Base_Head" in clip.names:
                poses.append(from_cmu(clip, human, name.split("_")[0]))
            elif MAKEHUMAN_BONES["head"] in clip.names and MAKEHUMAN_BONES["thigh.L"] in clip.names:
                poses.append(from_makehuman(clip).repeat(STILL_REPEATS, 0))
            else:
                raise bvh.BvhError(f"{path} is on a rig that is not known")
            sources += [name] * len(poses[-1])
    return Motion(np.concatenate(poses), np.array(sources))


def main(arguments):
    from .makehuman import Human

    if len(arguments) < 2:
        sys.exit("usage: python3 -m data.synthetic.motion OUT.npz BVH_FOLDER...")
    motion = read_folders(arguments[1:], Human())
    motion.save(arguments[0])
    print(f"{arguments[0]}: {len(motion.rotations)} poses of {len(set(motion.source))} clips")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
