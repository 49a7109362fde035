"""The choices in targets and losses: those of the authors' released code, and those the shipped weights were made
with."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """By default the released code's rules. Cells are those of a map at stride 4, pixels those of the input."""

    sigma: float = 2.0
    """Of a keypoint's Gaussian, in cells."""
    center_sigma: float = 4.0
    """Of a center's Gaussian, in cells (CrowdPose's released networks: 2)."""
    background_weight: float = 0.1
    """Of the heatmap loss away from every person (on maps at stride 2: 0.025)."""
    weight_per_map: bool = False
    """Full heatmap weight only near a map's own Gaussians (within 3 sigma), instead of in every channel wherever any
    keypoint or center has its window."""
    loss_outside_photos: bool = False
    """Whether canvas that no photo covers counts, as background."""
    offset_radius: int = 4
    """Offsets are learned on 2r x 2r cells around a center."""
    diagonal_offset_weight: bool = False
    """Weight an offset by 1 / diagonal of the labelled keypoints in cells (as the paper does, there of the box)
    instead of 1 / sqrt(box width * height) in pixels."""
    fill_gaps: bool = True
    """Where the smallest person on a contested cell lacks a keypoint, learn the next smallest one's there."""
    mask_offsets: bool = False
    """Whether regions without heatmap loss have no offset loss either."""
    offset_factor: float = 0.01
    """Of the offset loss, beside 1 for the heatmap loss."""
    mean_over_cells: bool = False
    """Average the offset loss over all keypoints of all cells with a target, instead of over the labelled ones."""
    center_labels: tuple[int, int] = (0, 0)
    """Labelled keypoints a person needs to have a center: in its photo, and visible on the canvas."""
    smallest_diagonal: float = 0.0
    """Diagonal of the labelled keypoints, in pixels, below which a person is not learned at all."""


RULES = {
    "released": Rules(),
    "shipped": Rules(
        weight_per_map=True, loss_outside_photos=True, diagonal_offset_weight=True, fill_gaps=False,
        mask_offsets=True, offset_factor=0.03, mean_over_cells=True, center_labels=(3, 2), smallest_diagonal=28.0),
}
