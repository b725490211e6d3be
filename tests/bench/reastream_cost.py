"""What `--io reastream` itself costs, without a model: cores for stereo in and five stereo outputs.

    python -m tests.bench.reastream_cost --seconds 10

Real sockets on loopback, time made by hand, processor time measured; the made-up DAW's sending is
in it, its hearing is not.
"""

from __future__ import annotations

import time

from tests.bench.tools import described
from tests.rigs.live import noise, tiny
from tests.rigs.reastream import RATE, Rig, sent
from tests.rigs.tiny_models import OFFLINE


class Cost(Rig):
    """No separation, and nobody hears the stems."""

    def _listen(self) -> None:
        pass


def main() -> None:
    """Run and print."""
    parser = described(__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    args = parser.parse_args()
    with Cost(tiny(live=OFFLINE)) as rig:
        rig.live.process = lambda *_: None  # type: ignore[assignment]
        packets = sent("daw-bridge", noise(args.seconds * RATE))
        began = time.process_time()
        rig.play(packets, rest_s=0.0)
        cores = (time.process_time() - began) / args.seconds
    blocks = RATE / rig.port.block_samples
    print(
        f"{cores:.4f} cores at {RATE} Hz, {blocks:.0f} blocks of {rig.port.block_samples} a second"
    )


if __name__ == "__main__":
    main()
