"""Random colours, linear RGB."""
import colorsys

import numpy as np

DISPLAY_GAMMA = 2.2
SKIN_TONES = np.array([[0.33, 0.20, 0.13], [0.80, 0.62, 0.48], [0.88, 0.68, 0.58]])  # of body.RACES, as displayed


def hsv(hue, saturation, value):
    """Linear RGB [3] of a displayed colour; all from 0 to 1."""
    return np.array(colorsys.hsv_to_rgb(hue, saturation, value)) ** DISPLAY_GAMMA


def any_color(random):
    return hsv(random.random(), random.beta(1.2, 1.5), random.beta(1.4, 1.3) * 0.92 + 0.03)


def dark_color(random, brightest=0.3):
    return hsv(random.random(), random.beta(1.2, 1.5), random.uniform(0.02, brightest))


def cloth_color(random):
    """What people wear: a lot of black, white, grey and blue."""
    x = random.random()
    if x < 0.22:
        return hsv(random.random(), random.uniform(0, 0.1), random.uniform(0.04, 0.25))
    if x < 0.38:
        return hsv(random.random(), random.uniform(0, 0.08), random.uniform(0.75, 0.95))
    if x < 0.48:
        return hsv(random.random(), random.uniform(0, 0.1), random.uniform(0.3, 0.7))
    if x < 0.60:
        return hsv(random.uniform(0.56, 0.66), random.uniform(0.3, 0.8), random.uniform(0.15, 0.6))
    return any_color(random)


def skin_color(races, random):
    """races: shares of body.RACES."""
    color = races @ SKIN_TONES * random.uniform(0.75, 1.12) + random.normal(0, 0.02, 3)
    if random.random() < 0.2:  # tones between the three
        color = np.array([0.45, 0.30, 0.21]) * random.uniform(0.5, 1.3)
    return np.clip(color, 0.05, 0.97) ** DISPLAY_GAMMA


def hair_color(age, random):
    if random.random() < 0.03:  # dyed
        return any_color(random)
    if age > 0.78 and random.random() < 0.7:  # grey
        return hsv(0.1, random.uniform(0, 0.12), random.uniform(0.45, 0.9))
    value = random.choice([0.06, 0.12, 0.2, 0.35, 0.6, 0.8], p=[0.3, 0.25, 0.2, 0.12, 0.08, 0.05])
    return hsv(random.uniform(0.03, 0.12), random.uniform(0.2, 0.75), value)
