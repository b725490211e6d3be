"""Adam as PyTorch has it, in float32."""

from __future__ import annotations

import numpy as np

from engines.methods.steered.ascent import Adam


def by_hand(rate: float, latent: np.ndarray, gradients: list[np.ndarray]) -> np.ndarray:
    """The same in float64, as the paper writes it."""
    mean, square = np.zeros(latent.shape), np.zeros(latent.shape)
    for count, gradient in enumerate(gradients, 1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        step = (mean / (1 - 0.9**count)) / (np.sqrt(square / (1 - 0.999**count)) + 1e-8)
        latent = latent - rate * step
    return latent


def test_steps_are_those_of_the_paper() -> None:
    rng = np.random.default_rng(0)
    latent = rng.standard_normal((1, 3, 5)).astype(np.float32)
    gradients = [rng.standard_normal((1, 3, 5)).astype(np.float32) for _ in range(20)]
    adam, found = Adam(0.05), latent
    for gradient in gradients:
        found = adam.moved(found, gradient)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, by_hand(0.05, latent, gradients), atol=1e-5)


def test_the_first_step_is_the_rate_whatever_the_gradient() -> None:
    latent = np.zeros((1, 1, 2), np.float32)
    found = Adam(5.0).moved(latent, np.array([[[1e-3, -40.0]]], np.float32))
    np.testing.assert_allclose(found, [[[-5.0, 5.0]]], rtol=1e-4)
    back = Adam(-5.0).moved(latent, np.array([[[1e-3, -40.0]]], np.float32))
    np.testing.assert_allclose(back, -found)
