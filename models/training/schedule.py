"""How far a run is, and what follows from that: learning rate, canvas size."""
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    size: int
    """Side of the canvases in pixels, a multiple of 32."""
    batch: int
    """Canvases per step."""
    smaller_people: float = 1.0
    """Factor on the smallest person's share of the canvas."""


@dataclass(frozen=True)
class Schedule:
    learning_rate: float
    """The highest."""
    warmup: int
    """Steps over which it rises from 0."""
    seconds: float | None
    steps: int | None
    """The run ends with whichever budget is spent first; at least one is given."""
    phases: tuple[Phase, ...]
    change_at: float = 1.0
    """Share of the run after which the second phase begins."""
    floor: float = 0.02
    """Last learning rate, as a share of the highest."""

    def progress(self, step: int, seconds: float) -> float:
        """0..1"""
        shares = [step / self.steps if self.steps else 0.0, seconds / self.seconds if self.seconds else 0.0]
        return min(1.0, max(shares))

    def rate(self, step: int, progress: float) -> float:
        cosine = 0.5 * (1 + math.cos(math.pi * progress))
        return self.learning_rate * min(1.0, (step + 1) / self.warmup) * (self.floor + (1 - self.floor) * cosine)

    def phase(self, progress: float) -> Phase:
        return self.phases[-1] if progress >= self.change_at else self.phases[0]
