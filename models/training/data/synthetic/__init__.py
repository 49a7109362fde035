"""Synthetic people: MakeHuman bodies in random shapes, clothes and poses, rendered with exact keypoints.

Lengths are metres. The template (the body at rest) has x to the person's left, y up, z to the front.
"""
