"""Mean absolute error of the waveforms, relative to the mixture's level."""

from torch import Tensor

from export.training.criterion import WaveformCriterion

LEVEL_FLOOR = 0.01


class Loss(WaveformCriterion):
    """Errors are divided by the mixture's mean absolute level (at least LEVEL_FLOOR), so that quiet
    passages teach as much as loud ones. Averaged over the masked stems: coconet's S / k scale."""

    def distance(self, estimate: Tensor, truth: Tensor) -> Tensor:
        """See WaveformCriterion."""
        return (estimate - truth).abs()

    def level(self, stems: Tensor) -> Tensor:
        """See WaveformCriterion."""
        return stems.sum(1).abs().mean((-2, -1)).clamp(min=LEVEL_FLOOR)
