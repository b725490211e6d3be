"""Train a network within a budget of minutes or steps, resumable; `train --help` says more."""

import functools
import json
import math
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from export.common.errors import SLICE_OVER, STOPPED, Unfinished
from export.common.memory import keep_freed_memory
from export.common.songs import Clip
from export.data.config import STEM_SETS
from export.data.prepared_items import validation_windows
from export.data.sampler import validation_set
from export.data.share_items import validation_shares
from export.data.tag_items import validation_questions
from export.nets import checkpoint, families
from export.nets.nade import Nade
from export.training import device, energies, plot_log, spectra, weightings
from export.training.init_from import Carried, init_from
from export.training.options import OptionError, TrainOptions
from export.training.prefetch import BatchSource, Prefetch
from export.training.source import (
    make_source,
    prepared_config,
    sampler_config,
    share_config,
    tag_config,
)
from export.training.trainer import Trainer


class Tally:
    """Means of what steps say, between two lines of the log."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.sums: dict[str, float] = {}
        self.count, self.since = 0, time.monotonic()

    def add(self, values: dict[str, float], waited_s: float) -> None:
        """One step's values and how long it waited for its batch."""
        for name, value in (values | {"wait_s": waited_s}).items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        self.count += 1

    @property
    def seconds(self) -> float:
        """Wall seconds since it was cleared."""
        return time.monotonic() - self.since

    def means(self) -> dict[str, float]:
        """The means, and wall seconds per step."""
        means = {name: value / self.count for name, value in self.sums.items()}
        return means | {"step_s": self.seconds / self.count}


class Run:
    """A trainer with its data, its files and its clock."""

    def __init__(
        self,
        trainer: Trainer,
        source: Callable[[], BatchSource],
        clips: Sequence[Any],
        out: Path,
        stems: tuple[str, ...],
    ) -> None:
        self.trainer, self.source, self.clips = trainer, source, clips
        self.out, self.stems = out, stems
        self.stopping = False
        self.tally = Tally()
        minutes = trainer.options.slice_minutes
        self.deadline = time.monotonic() + 60 * minutes if minutes else math.inf

    def go(self) -> None:
        """Train until the budget or the slice ends, validation gets no better, or somebody stops
        us; always leaves a whole checkpoint, and says why it ended.

        Raises Unfinished with STOPPED or SLICE_OVER where there is more to do.
        """
        self.out.mkdir(parents=True, exist_ok=True)
        if (self.out / "last.pt").exists():
            self.trainer.resume(self.out / "last.pt")
            self._say({"resumed_at": self.trainer.step})
        if self.done is None:
            self._train()
        if (ended := self.done) is not None:
            print(f"ended: {ended}", flush=True)
        else:
            why = "stopped" if self.stopping else "the slice is over"
            print(f"{why}, {_left(self.trainer)} left; the same command goes on", flush=True)
            raise Unfinished(STOPPED if self.stopping else SLICE_OVER)

    @property
    def done(self) -> str | None:
        """Why there is nothing left to do, or None."""
        best, options = self.trainer.best, self.trainer.options
        if best.over:
            return (
                f"no better {best.by} than {best.score:.2f} dB (best.pt) in {best.waited} "
                "validations; a larger --stop-patience goes on"
            )
        if self.trainer.progress < 1:
            return None
        budget = f"{options.steps} steps" if options.steps else f"{options.minutes:g} minutes"
        return f"the budget of {budget} is used up"

    def _train(self) -> None:
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, self._stop) for number in numbers]
        workers = self.trainer.options.workers
        prefetch = Prefetch(
            self.source, self.trainer.step, workers=workers, prepare=self.trainer.read
        )
        try:
            try:
                self._loop(prefetch)
            finally:
                prefetch.close()
                if self.trainer.step:
                    self.trainer.save(self.out / "last.pt")
            if self.trainer.progress >= 1:
                self._validate()
                self.trainer.save(self.out / "last.pt")
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)
        if not self.stopping:
            plot_log.refresh(self.out)

    def _clock(self) -> float:
        return time.process_time() if self.trainer.options.clock == "cpu" else time.monotonic()

    def _stop(self, *_: Any) -> None:
        self.stopping = True

    def _loop(self, prefetch: Prefetch) -> None:
        trainer, options, tally = self.trainer, self.trainer.options, self.tally
        tally.clear()
        with _bar(trainer) as bar:
            while self.done is None and not self.stopping:
                begin, start = time.monotonic(), self._clock()
                batch = prefetch.next()
                waited = time.monotonic() - begin
                tally.add(trainer.learn(*batch), waited)
                trainer.elapsed_s += self._clock() - start
                _advance(bar, trainer)
                if tally.seconds >= options.log_seconds:
                    self._log()
                due = trainer.elapsed_s - trainer.validated_s >= 60 * options.validate_minutes
                if self.stopping or time.monotonic() >= self.deadline:
                    break  # after a step at least: slices come to an end
                if due and self.done is None:
                    self._validate()
            self._log()

    def _log(self) -> None:
        if self.tally.count:
            self._say(self.tally.means())
        self.tally.clear()

    def _validate(self) -> None:
        self._log()
        start, self.trainer.validated_s = self._clock(), self.trainer.elapsed_s
        self.trainer.save(self.out / "last.pt")
        if self.clips:
            self._score()
        self.trainer.elapsed_s += self._clock() - start
        if self.clips:
            plot_log.refresh(self.out)
        self.tally.clear()

    def _score(self) -> None:
        criterion, by = self.trainer.criterion, self.trainer.best.by
        row, means = criterion.validated(self.trainer.average, self.clips, self.stems)
        mean = {f"mean_{name}": value for name, value in means.items()}
        report = criterion.report(self.trainer.average, self.clips)
        self._say({"validation": row, **report, **mean})
        sound = criterion.require(report, self.trainer.progress)
        if self.trainer.best.better(mean.get(f"mean_{by}", math.nan) if sound else math.nan):
            self.trainer.save(self.out / "last.pt")
            shutil.copyfile(self.out / "last.pt", self.out / "best.pt.partial")
            (self.out / "best.pt.partial").replace(self.out / "best.pt")

    def _say(self, values: dict[str, Any]) -> None:
        trainer = self.trainer
        row = {"step": trainer.step, "elapsed_s": round(trainer.elapsed_s, 1)} | values
        row["cpu_s"] = round(time.process_time(), 1)
        with (self.out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")
        shown = ", ".join(f"{k} {_short(v)}" for k, v in values.items())
        tqdm.write(f"step {trainer.step}  {_left(trainer)} left  {shown}")
        sys.stdout.flush()


def _left(trainer: Trainer) -> str:
    options = trainer.options
    if options.steps:
        return f"{max(0, options.steps - trainer.step)} steps"
    return f"{max(0.0, options.minutes - trainer.elapsed_s / 60):.1f} min"


def _bar(trainer: Trainer) -> tqdm:
    """Of steps, or of seconds; on terminals only."""
    options = trainer.options
    total, unit = (options.steps, "step") if options.steps else (round(60 * options.minutes), "s")
    bar = tqdm(total=total, unit=unit, disable=None)
    _advance(bar, trainer)
    return bar


def _advance(bar: tqdm, trainer: Trainer) -> None:
    bar.update(
        min(bar.total, trainer.step if trainer.options.steps else int(trainer.elapsed_s)) - bar.n
    )


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} {_short(v)}" for k, v in value.items()) + "}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def start(
    setup: dict[str, Any],
    options: TrainOptions,
    data: dict[str, Any],
    out: Path,
    validation: Sequence[Any],
    init: Path | None = None,
) -> None:
    """Build everything a setup names and train. `data`: the setup's [data] table, completed;
    `init`: a checkpoint whose weights, level and licence a new run begins with.

    Raises ExportError; Unfinished with STOPPED or SLICE_OVER where there is more to do.
    """
    if options.stop_patience and not validation:
        raise OptionError("stop_patience needs validation clips, and this run's data has none")
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    stems, rate_hz = tuple(setup["stems"]), setup["rate_hz"]
    config = families.config_from(setup["family"], setup.get("model", {}))
    model = Nade(setup["family"], config, flag_axis=setup.get("flag_axis", "stem"))
    carried = Carried(None, None) if init is None else init_from(model, init, stems, rate_hz)
    denoises = setup["family"] in families.DENOISERS
    level_db = 20 * math.log10(config.level) if denoises else carried.level_db
    about = checkpoint.describe(model, stems, rate_hz, level_db, carried.start)
    size = sum(parameter.numel() for parameter in model.parameters())
    print(f"{setup['family']}: {size:,} parameters, {about}", flush=True)
    words = device.described(device.find(options.device), options.precision)
    print(f"precision: {words}", flush=True)
    data = data | {"filter_silent": options.filter_silent}
    source = functools.partial(
        make_source, data, stems, rate_hz, config.channels, options.batch, options.seed
    )
    if denoises and not (out / "last.pt").exists():
        spectra.measure(model.core, source())
    trainer = Trainer(model, options, about, _energies(data, stems, rate_hz, config, options))
    Run(trainer, trainer.criterion.source(source), validation, out, stems).go()


def _energies(
    data: dict[str, Any], stems: tuple[str, ...], rate_hz: int, config: Any, options: TrainOptions
) -> torch.Tensor | None:
    """The training data's energies (S,), where the weighting needs them."""
    if not weightings.find(options.weighting).needs_energies:
        return None
    found = energies.of_training(data, stems, rate_hz, config.channels, options.seed)
    print(f"mean energies: {found}", flush=True)
    return torch.tensor([found[stem] for stem in stems])


def one_pass(setup: dict[str, Any]) -> dict[str, Any]:
    """The setup of the same network without conditioning: what O-NADE is to be compared with."""
    return setup | {"flag_axis": "stem", "model": setup.get("model", {}) | {"conditional": False}}


def validation_clips(setup: dict[str, Any], data: dict[str, Any]) -> Sequence[Any]:
    """The Clips (of kind "tags": Questions; "shares": ShareBatches) that a run is validated on, of
    a completed [data] table; none where songs are taken as they are, or no prepared song was kept
    for it.

    Raises DataError.
    """
    if data["kind"] == "songs":
        return ()
    channels = families.config_from(setup["family"], setup.get("model", {})).channels
    longer = data | {"seconds": setup.get("validation_seconds") or data["seconds"]}
    rate_hz = setup["rate_hz"]
    if data["kind"] == "tags":
        return validation_questions(tag_config(longer, rate_hz, channels, 1))
    if data["kind"] == "shares":
        return validation_shares(share_config(longer, rate_hz, channels, 1))
    each = 1 if data["kind"] == "labelled" else 4  # sampling takes its time
    if "prepared" in data:
        stems = STEM_SETS[data["stem_set"]] if data["kind"] == "mixtures" else setup["stems"]
        prepared = prepared_config(longer, tuple(stems), rate_hz, channels, 1)
        clips = validation_windows(prepared, each)
    else:
        clips = validation_set(sampler_config(longer, rate_hz, channels, 1), each)
    if data["kind"] == "mixtures":
        return [Clip(one.name, one.mix[None]) for one in clips]
    return clips
