"""Packs photos with the teacher's labels.

    python3 -m data.pack_photos LABELS.jsonl PHOTOS OUT.npz [--max-side 448] [--quality 70] [--limit N] [--weight 1]

LABELS.jsonl is what data.teacher.label_photos writes. People the teacher is sure of become labels, their doubtful
keypoints unknown (-1); everybody else becomes a region without loss. Evaluation photos are left out.
"""
import argparse
import json
import os
import sys

import cv2
import numpy as np

from . import evaluation, keypoints as kp, photos
from .pack import PackWriter

BOX_SURE = 0.35         # a person is a label with at least these scores,
POSE_SURE = 0.4
JOINT_SURE = 0.35       # ... with at least so many keypoints above this score inside the photo,
JOINTS_SURE = 5
SMALLEST = 24           # ... and so many pixels of height or width in the pack
REGION_FROM = 0.2       # less likely people are not even regions without loss
MAX_PEOPLE = 14         # what the training loop has room for
WEIGHT_WITHOUT_PEOPLE = 0.25


def label_of(person, scale, width, height):
    """Keypoints float32 [17, 3] in the pack's photo, or None if the teacher is not sure enough of the person."""
    left, top, right, bottom = (value * scale for value in person["box"])
    if person["keypoints"] is None or person["box_score"] < BOX_SURE or person["pose_score"] < POSE_SURE:
        return None
    if max(right - left, bottom - top) < SMALLEST:
        return None
    found = np.array(person["keypoints"], np.float32)
    sure = found[:, 2] > JOINT_SURE
    inside = ((found[:, :2] * scale >= 0) & (found[:, :2] * scale < [width, height])).all(1)
    points = np.zeros((kp.COUNT, 3), np.float32)
    # The teacher does not tell visible from occluded. A sure keypoint outside the photo is none; a doubtful one may be
    # anywhere.
    points[:, 2] = np.where(sure, np.where(inside, kp.VISIBLE, kp.NOT_LABELLED), kp.UNKNOWN)
    labelled = points[:, 2] == kp.VISIBLE
    points[labelled, :2] = found[labelled, :2] * scale
    return points if labelled.sum() >= JOINTS_SURE else None


def sort_people(people, scale, width, height):
    """(labels: pairs of keypoints and box, regions without loss: boxes)"""
    labels, regions = [], []
    for person in people:
        box = [value * scale for value in person["box"]]
        points = label_of(person, scale, width, height)
        if points is not None:
            labels.append((points, box))
        elif person["box_score"] > REGION_FROM:
            regions.append(box)
    # People that find no room are still there: no loss on them.
    regions += [box for _, box in labels[MAX_PEOPLE:]]
    return labels[:MAX_PEOPLE], regions


def pack_photos(lines, folder, exclude, max_side=448, quality=70, limit=None, weight=1.0):
    """PackWriter and counts. lines: the labels, one dictionary a photo; exclude: COCO ids (a set)."""
    writer = PackWriter()
    counts = {"photos": 0, "people": 0, "regions without loss": 0, "excluded": 0, "with doubtful people only": 0}
    for line in lines:
        if limit is not None and len(writer) >= limit:
            break
        if evaluation.coco_id(line["photo"]) in exclude:
            counts["excluded"] += 1
            continue
        scale = min(1.0, max_side / max(line["width"], line["height"]))
        width, height = round(line["width"] * scale), round(line["height"] * scale)
        labels, regions = sort_people(line["people"], scale, width, height)
        if regions and not labels:
            counts["with doubtful people only"] += 1
            continue
        # The labels may be for the photo in another aspect ratio (--squashed): their size counts, not the file's.
        photo = cv2.resize(photos.read(os.path.join(folder, line["photo"])), (width, height), interpolation=cv2.INTER_AREA)
        writer.add(line["photo"], photos.encode_webp(photo, quality), labels, regions,
                   weight=weight if labels else WEIGHT_WITHOUT_PEOPLE)
        counts["photos"] += 1
        counts["people"] += len(labels)
        counts["regions without loss"] += len(regions)
    return writer, counts


def read_labels(path):
    with open(path, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                line = json.loads(text)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}:{number} is no JSON: {error}") from error
            missing = {"photo", "width", "height", "people"} - set(line)
            if missing:
                raise ValueError(f"{path}:{number} lacks {', '.join(sorted(missing))}")
            yield line


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Packs photos with the teacher's labels.")
    parser.add_argument("labels")
    parser.add_argument("photos")
    parser.add_argument("out")
    parser.add_argument("--exclude", default=evaluation.EVALUATION_PHOTOS, help="COCO ids to leave out, one a line")
    parser.add_argument("--max-side", type=int, default=448)
    parser.add_argument("--quality", type=int, default=70)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--weight", type=float, default=1.0, help="how often each photo is drawn, relative to other packs")
    options = parser.parse_args(arguments)
    writer, counts = pack_photos(read_labels(options.labels), options.photos, evaluation.read_ids(options.exclude),
                                 options.max_side, options.quality, options.limit, options.weight)
    if not len(writer):
        raise ValueError("no photo to pack: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    writer.save(options.out)
    print(f"{options.out}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
