"""What training the U-Net families costs: parameters, iterations for an epoch, time (measured).

As in table I of Kadandale et al. 2020 (arXiv 2003.10414), an iteration is one chunk through one
network and back, and an epoch shows each of N chunks to every network and condition: N iterations
for the multi-channel U-Net, K N for K dedicated ones, N K (the paper) or N (K + 2) (its code, with
the conditions "all" and "none") for the conditioned one. Parameters at the published sizes need no
memory to count; time is measured on random magnitudes at the sizes of the `*_small` setups, with
an L1 loss on the rows and Adam: the median processor time of --steps steps, for one chunk.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from export.nets import families
from export.nets.families import c_unet
from export.training.setup_files import load_setup


@dataclass(frozen=True)
class CostRow:
    """One line of the table. `networks`: how many networks a step trains at once."""

    name: str
    setup: str
    iterations: Callable[[int, int], int]
    networks: int = 1
    extra_conditions: bool = True


def rows(stems: int) -> tuple[CostRow, ...]:
    """What is compared, for models of so many stems."""
    return (
        CostRow("multi-channel U-Net", "m_unet", lambda n, k: n),
        CostRow("dedicated U-Nets", "dedicated_unet", lambda n, k: k * n, networks=stems),
        CostRow("C-U-Net as printed", "c_unet", lambda n, k: k * n, extra_conditions=False),
        CostRow("C-U-Net as coded", "c_unet", lambda n, k: (k + 2) * n),
    )


def parameters(setup: str) -> int:
    """Parameters of a setup's network, counted without making them."""
    with torch.device("meta"):
        return sum(weight.numel() for weight in build(setup, True)[0].parameters())


def build(setup: str, extra_conditions: bool) -> tuple[Any, Any]:
    """A setup's network without conditioning, as the paper trains it, and its configuration."""
    values = load_setup(setup)
    config = families.config_from(values["family"], values["model"] | {"conditional": False})
    if isinstance(config, c_unet.Config):
        config = replace(config, extra_conditions=extra_conditions)
    return families.build(values["family"], config), config


def loss(network: Any, mix: Tensor, stems: Tensor, generator: torch.Generator) -> Tensor:
    """Mean absolute error on the rows, of every stem or of one condition per chunk."""
    if isinstance(network, c_unet.CUnet):
        hidden = torch.ones(stems.shape[:2], dtype=torch.bool)
        masks, asked = network.training_pass(mix, None, None, hidden, generator, warped=True)
        stems = torch.einsum("bks,bscft->bkcft", asked, stems)
    else:
        masks = network.warped_masks(mix, None, None)
    return (masks * network.warp(mix).unsqueeze(1) - network.warp(stems)).abs().mean()


def step_seconds(row: CostRow, batch: int, frames: int, steps: int) -> float:
    """Median seconds of a training step, for one chunk through one network."""
    torch.manual_seed(0)
    network, config = build(f"{row.setup}_small", row.extra_conditions)
    generator = torch.Generator().manual_seed(0)
    shape = (batch, config.stems, config.channels, config.fft_samples // 2 + 1, frames)
    stems = torch.rand(shape, generator=generator)
    optimiser = torch.optim.Adam(network.train().parameters(), lr=1e-4)
    times = []
    for _ in range(steps + 1):  # the first is not counted
        start = time.process_time()
        optimiser.zero_grad(set_to_none=True)
        loss(network, stems.sum(1), stems, generator).backward()
        optimiser.step()
        times.append(time.process_time() - start)
    return statistics.median(times[1:]) / (batch * row.networks)


def table(chunks: int, batch: int, frames: int, steps: int) -> str:
    """The table in Markdown."""
    stems = int(load_setup("m_unet")["model"]["stems"])
    lines = [
        f"| network, K = {stems} | parameters as published | at small size | iterations an epoch, "
        f"N = {chunks} | s per iteration, small | s per epoch, small |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows(stems):
        seconds, count = step_seconds(row, batch, frames, steps), row.iterations(chunks, stems)
        sizes = f"{parameters(row.setup):,} | {parameters(f'{row.setup}_small'):,}"
        lines.append(f"| {row.name} | {sizes} | {count} | {seconds:.4f} | {count * seconds:.0f} |")
    return "\n".join(lines)
