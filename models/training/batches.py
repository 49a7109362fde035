"""Batches of canvases and their targets, made on the training device; on a GPU the next one beside the network's work."""
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

import paste
import render
from layout import TileChoices, crop_layout, draw_tiles
from packs import Photos, Sprites
from people import people_on_map, place_people
from random_draws import Draws
from rules import Rules
from targets import Targets, make_targets

STRIDE = 4
"""Of the network's maps."""


@dataclass(frozen=True)
class Batch:
    images: Tensor
    """[B, 3, S, S], normalised."""
    targets: Targets


@dataclass(frozen=True)
class Augmentation:
    tiles: TileChoices | None = TileChoices()
    """Several photos per canvas; None: the released code's crops."""
    pasted: float = 0.5
    """Probability that a canvas has synthetic people (if there are any)."""
    look: bool = True
    """Whether colours and sharpness vary; the released code leaves them."""

    def with_smaller_people(self, factor: float) -> "Augmentation":
        """The smallest person on a canvas, relative to the canvas, made smaller by that factor."""
        if self.tiles is None:
            return self
        low, high = self.tiles.person_size
        return replace(self, tiles=replace(self.tiles, person_size=(low * factor, high)))


class BatchMaker:
    def __init__(self, photos: Photos, sprites: Sprites | None, rules: Rules, draws: Draws):
        self.photos, self.sprites, self.rules, self.draws = photos, sprites, rules, draws

    @torch.no_grad()
    def make(self, count: int, size: int, augmentation: Augmentation) -> Batch:
        """`count` canvases of size x size pixels."""
        photos, draws = self.photos, self.draws
        if augmentation.tiles:
            layout = draw_tiles(photos, count, size, augmentation.tiles, draws)
        else:
            layout = crop_layout(photos, count, size, draws, STRIDE)
        images = render.render_photos(photos, layout)
        region = render.render_region(photos, layout, STRIDE, self.rules.loss_outside_photos)
        placed = place_people(photos, layout)
        if self.sprites is not None and augmentation.pasted > 0:
            images, placed, anywhere = paste.paste_people(self.sprites, images, placed, augmentation.pasted, draws)
            region = paste.region_with_pasted(region, anywhere, STRIDE)
        if augmentation.look:
            images = render.vary_look(images, draws)
        targets = make_targets(people_on_map(placed, layout, self.rules, STRIDE), region, self.rules)
        return Batch(render.network_input(images), targets)


class Prefetcher:
    """Makes batches ahead. On a GPU `start` queues the work on a second stream and `take` waits for it there; on a CPU
    `take` makes the batch."""

    def __init__(self, maker: BatchMaker):
        self.maker = maker
        self._wanted = self._ready = self._stream = None
        if maker.draws.device.type == "cuda":
            self._stream = torch.cuda.Stream()
            # The photos may still be on their way to the GPU.
            self._stream.wait_stream(torch.cuda.current_stream())

    def start(self, count: int, size: int, augmentation: Augmentation) -> None:
        self._wanted = (count, size, augmentation)
        if self._stream:
            with torch.cuda.stream(self._stream):
                self._ready = self.maker.make(*self._wanted)

    def take(self) -> Batch:
        if not self._stream:
            return self.maker.make(*self._wanted)
        main = torch.cuda.current_stream()
        main.wait_stream(self._stream)
        for tensor in (self._ready.images, *(getattr(self._ready.targets, f.name) for f in fields(Targets))):
            # Its memory belongs to the other stream and must not be reused while this one reads it.
            tensor.record_stream(main)
        return self._ready
