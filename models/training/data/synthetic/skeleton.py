"""Poses as global rotations of 15 limbs, and the bones' matrices that follow from them.

A pose is {limb: rotation}: how the limb is turned from where it is in the template (the body at rest).
"""
import math

import numpy as np

from .makehuman import BONES
from .rotations import about_x, about_y, about_z, from_vector, part_of, to_vector, twist, unit

# Each limb's parent; parents come first.
PARENT = {"chest": "root", "head": "chest"}
for _side in "LR":
    PARENT |= {f"upper_arm.{_side}": "chest", f"forearm.{_side}": f"upper_arm.{_side}", f"hand.{_side}": f"forearm.{_side}",
               f"thigh.{_side}": "root", f"shin.{_side}": f"thigh.{_side}", f"foot.{_side}": f"shin.{_side}"}
LIMBS = ["root", *PARENT]

# Limbs of the upper body, which poses can take from one another.
UPPER = [limb for limb in LIMBS if limb.split(".")[0] in ("chest", "head", "upper_arm", "forearm", "hand")]


def to_local(pose):
    """The pose's rotations relative to each limb's parent (the root's is left as it is)."""
    return {"root": pose["root"]} | {limb: pose[parent].T @ pose[limb] for limb, parent in PARENT.items()}


def to_global(local):
    pose = {"root": local["root"]}
    for limb, parent in PARENT.items():
        pose[limb] = pose[parent] @ local[limb]
    return pose


class Skeleton:
    """Directions and lengths of the template's limbs.

    upper_arm[side], forearm[side]   unit vectors along them; elbow[side]: the axis the elbow bends about
    shoulder[side]                   where the arm begins; upper_length, lower_length: metres
    finger[side, i]                  the axis that finger i (1 the thumb to 5) curls about, towards the palm
    """

    def __init__(self, human):
        self.parents, self.heads, self.index = human.parents, human.heads, human.index
        self.shoulder, self.upper_arm, self.forearm, self.elbow, self.finger = {}, {}, {}, {}, {}
        self.thigh, self.upper_length, self.lower_length = {}, {}, {}
        for side in "LR":
            at = lambda bone: self.heads[self.index[f"{bone}.{side}"]]
            upper, lower = at("lowerarm01") - at("upperarm01"), at("wrist") - at("lowerarm01")
            self.shoulder[side] = at("upperarm01")
            self.upper_arm[side], self.upper_length[side] = unit(upper), float(np.linalg.norm(upper))
            self.forearm[side], self.lower_length[side] = unit(lower), float(np.linalg.norm(lower))
            self.elbow[side] = unit(np.cross(upper, lower))
            self.thigh[side] = unit(at("lowerleg01") - at("upperleg01"))
            across = at("finger2-1") - at("finger5-1")
            palm = np.cross(at("finger3-1") - at("wrist"), across)
            bent = np.cross(at("finger3-2") - at("finger3-1"), at("finger3-3") - at("finger3-2"))
            for finger in range(1, 6):
                along = at(f"finger{finger}-3") - at(f"finger{finger}-1")
                axis = unit(np.cross(along, palm))
                # Fingers at rest are a little bent: towards the palm.
                self.finger[side, finger] = axis if bent @ np.cross(at("finger3-3") - at("finger3-1"), palm) > 0 else -axis

    def bones(self, pose, joints, random):
        """Global rotations [bones, 3, 3], positions [bones, 3] and matrices float32 [bones, 3, 4] (rest to posed) of a
        body whose bones begin at `joints` [bones, 3]. What a pose leaves open (fingers, jaw) is drawn at random."""
        rotations = np.empty((len(BONES), 3, 3))
        self._bend_spine(rotations, pose, random)
        for side in "LR":
            self._turn_arm(rotations, pose, side, random)
            self._curl_fingers(rotations, side, random)
            self._turn_leg(rotations, pose, side)
        positions = np.zeros((len(BONES), 3))
        for bone, parent in enumerate(self.parents):
            if parent >= 0:
                positions[bone] = positions[parent] + rotations[parent] @ (joints[bone] - joints[parent])
        offsets = positions - np.einsum("nij,nj->ni", rotations, joints)
        matrices = np.concatenate([rotations, offsets[..., None]], 2).astype(np.float32)
        return rotations, positions, np.ascontiguousarray(matrices)

    def _bend_spine(self, rotations, pose, random):
        """The spine and the neck share the turn between the limbs at their ends."""
        root, chest, head = pose["root"], pose["chest"], pose["head"]
        rotations[self.index["root"]] = root
        turn = to_vector(root.T @ chest)
        for bone, share in (("spine05", 0.2), ("spine04", 0.45), ("spine03", 0.7), ("spine02", 0.9)):
            rotations[self.index[bone]] = root @ from_vector(turn * share)
        rotations[self.index["spine01"]] = chest
        turn = to_vector(chest.T @ head)
        for bone, share in (("neck01", 0.25), ("neck02", 0.5), ("neck03", 0.78)):
            rotations[self.index[bone]] = chest @ from_vector(turn * share)
        rotations[self.index["head"]] = head
        rotations[self.index["jaw"]] = head @ about_x(max(0.0, random.normal(-0.03, 0.1)))

    def _turn_arm(self, rotations, pose, side, random):
        mirror = 1 if side == "L" else -1
        chest, upper, lower, hand = (pose[limb] for limb in ("chest", f"upper_arm.{side}", f"forearm.{side}", f"hand.{side}"))
        # The shoulder girdle follows an arm that is lifted or held forward.
        direction = chest.T @ upper @ self.upper_arm[side]
        elevation = math.asin(max(-1.0, min(1.0, direction[1])))
        forward = math.atan2(direction[2], abs(direction[0]) + 0.3)
        girdle = about_z(mirror * max(0.0, elevation + 0.75) * 0.30 + random.normal(0, 0.03)) \
            @ about_y(-mirror * max(-0.3, forward - 0.1) * 0.22)
        put = lambda bone, rotation: rotations.__setitem__(self.index[f"{bone}.{side}"], rotation)
        put("clavicle", chest @ part_of(girdle, 0.7))
        put("shoulder01", chest @ girdle)
        # Twists are spread along the limb, or its skin would wring at the joint.
        turned = twist((chest @ girdle).T @ upper, self.upper_arm[side])
        put("upperarm01", upper @ from_vector(-self.upper_arm[side] * turned * 0.6))
        put("upperarm02", upper @ from_vector(-self.upper_arm[side] * turned * 0.1))
        put("lowerarm01", lower)
        put("lowerarm02", lower @ from_vector(self.forearm[side] * twist(lower.T @ hand, self.forearm[side]) * 0.5))
        put("wrist", hand)

    def _curl_fingers(self, rotations, side, random):
        curl = max(-0.1, random.normal(0.25, 0.35))
        for finger in range(1, 6):
            angle = curl * (0.4 if finger == 1 else 1) + random.normal(0, 0.12)
            rotation = rotations[self.index[f"wrist.{side}"]]
            for joint in (1, 2, 3):
                rotation = rotation @ from_vector(self.finger[side, finger] * angle)
                rotations[self.index[f"finger{finger}-{joint}.{side}"]] = rotation

    def _turn_leg(self, rotations, pose, side):
        thigh, shin = pose[f"thigh.{side}"], pose[f"shin.{side}"]
        turned = twist(pose["root"].T @ thigh, self.thigh[side])
        put = lambda bone, rotation: rotations.__setitem__(self.index[f"{bone}.{side}"], rotation)
        put("upperleg01", thigh @ from_vector(-self.thigh[side] * turned * 0.5))
        put("upperleg02", thigh)
        put("lowerleg01", shin)
        put("lowerleg02", shin)
        put("foot", pose[f"foot.{side}"])
