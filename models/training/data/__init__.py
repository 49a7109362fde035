"""Data preparation: packs of photos with COCO-17 keypoints, and packs of synthetic people."""
