"""People and their keypoints in a photo: detector, then poses, then one label for each person."""
import numpy as np

from . import detector, pose, weights

POSE_FROM = 0.2    # people the detector gives less get no pose, only a box
BOX_FROM = 0.08    # ... and less than this, nothing
SURE_ONE = 0.4     # without a single person this sure, no pose is looked for
MAX_POSES = 25
JOINT_FROM = 0.2   # keypoints that count for a pose's score and its similarity

DUPLICATE = 0.6    # poses at least this similar are one person
# One tolerance for all keypoints, in COCO's sense (OKS), and the share of a box that a person fills.
SIGMA, FILL = 0.07, 0.53


class Labeller:
    def __init__(self, people, poses):
        """people: a Detector; poses: a PoseNet."""
        self.people, self.poses = people, poses

    @classmethod
    def from_weights(cls, folder=weights.FOLDER):
        from . import ncnn_to_onnx  # here, because only this needs the onnx package

        with open(weights.find("tinypose_256x192.param", folder), encoding="utf-8") as file:
            param = file.read()
        with open(weights.find("tinypose_256x192.bin", folder), "rb") as file:
            binary = file.read()
        tinypose = ncnn_to_onnx.convert(param, binary, "save_infer_model/scale_0.tmp_1",
                                        (pose.INPUT_HEIGHT, pose.INPUT_WIDTH))
        return cls(detector.Detector(weights.open_session(weights.find("rtmdet-nano-person.onnx", folder))),
                   pose.PoseNet(weights.open_session(tinypose.SerializeToString())))

    def label(self, image):
        """A list of people, the surest first: {box: [4], box_score, pose_score, keypoints: [17][x, y, score] or None}.
        People without keypoints are doubtful: a photo's regions that nobody should learn from."""
        boxes = self.people.detect(image)
        doubtful = boxes[(boxes[:, 4] <= POSE_FROM) & (boxes[:, 4] > BOX_FROM)]
        boxes = boxes[boxes[:, 4] > POSE_FROM][:MAX_POSES]
        found = []
        if len(boxes) and boxes[:, 4].max() >= SURE_ONE:
            for box, keypoints in zip(boxes, self.poses.poses(image, boxes[:, :4])):
                found.append(_person(box, pose_score(keypoints), keypoints))
        return without_duplicates(found) + [_person(box) for box in doubtful]


def _person(box, score=0.0, keypoints=None):
    return {
        "box": [round(float(v), 1) for v in box[:4]],
        "box_score": round(float(box[4]), 3),
        "pose_score": round(float(score), 3),
        "keypoints": None if keypoints is None else
        [[round(float(x), 1), round(float(y), 1), round(float(s), 3)] for x, y, s in keypoints],
    }


def pose_score(keypoints):
    """Mean score of the keypoints [17, 3] that were found."""
    scores = keypoints[keypoints[:, 2] > JOINT_FROM, 2]
    return scores.mean() if len(scores) else 0.0


def similarity(a, b, box):
    """Mean of exp(-d^2 / 2 s^2) over the keypoints found in both poses, 0 for fewer than three of them."""
    both = (a[:, 2] > JOINT_FROM) & (b[:, 2] > JOINT_FROM)
    if both.sum() < 3:
        return 0.0
    area = (box[2] - box[0]) * (box[3] - box[1]) * FILL
    squared = ((a[both, :2] - b[both, :2]) ** 2).sum(1)
    return float(np.exp(-squared / (2 * area * (2 * SIGMA) ** 2)).mean())


def without_duplicates(people):
    """Drops people whose pose is nearly that of a surer one, which two boxes around one person give."""
    kept = []
    for person in sorted(people, key=lambda p: -p["box_score"] * p["pose_score"]):
        keypoints = np.array(person["keypoints"])
        if all(similarity(keypoints, np.array(k["keypoints"]), person["box"]) <= DUPLICATE for k in kept):
            kept.append(person)
    return kept
