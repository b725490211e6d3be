"""`daw-bridge models`: which there are, what they do, and how others come in."""

from __future__ import annotations

import argparse

from daw_bridge.cli.models.actions import NAMES, action

HELP = "List, check, compare, add, describe and combine models: ours, others' and your own."
EXAMPLES = """\
examples:
  daw-bridge models list                  stems, and what the results may be used for
  daw-bridge models list --measure        how fast each is here, and its least live latency
  daw-bridge models info song             stems, presets, latency, licence, training, figures
  daw-bridge models verify                run every model on noise and check its claims
  daw-bridge models verify my-model.onnx --device cuda
  daw-bridge models compare song band --songs multitracks      true stems of each song: scores
  daw-bridge models compare song band --songs mixes --plot both.png
  daw-bridge models add                   other people's models that are free to fetch
  daw-bridge models add spleeter-2stems
  daw-bridge models adopt Kim_Vocal_2.onnx           a file that you have
  daw-bridge models adopt net.onnx --recipe mdx-net --set fft=6144 --stems vocals,instrumental
  daw-bridge models ensemble song spleeter-2stems -o both    the mean of two, as one model
  daw-bridge models ensemble a b --weights 2,1 --weights vocals=1,3 -o mix
  daw-bridge models stack song --known vocals=@spleeter-2stems -o song-spleeter
  daw-bridge models triton repository song band      for a Triton Inference Server

exit codes: 0 success; 1 verify found a claim that does not hold, or a model that does not load, or
compare a song that it cannot read; 2 no such model, or what was asked for cannot be done.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command for each action."""
    actions = parser.add_subparsers(dest="action", metavar="|".join(NAMES), required=True)
    for name in NAMES:
        one = action(name)
        help_ = actions.add_parser(name, help=one.HELP, description=one.HELP, allow_abbrev=False)
        one.add_arguments(help_)


def run(args: argparse.Namespace) -> int:
    """Do one of them. Raises ModelNotFoundError and other errors of ours."""
    return action(args.action).run(args)
