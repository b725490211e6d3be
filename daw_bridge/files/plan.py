"""What one separation will do, checked against its files and its model before any work."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from math import ceil, lcm
from pathlib import Path

from daw_bridge.errors import BadChannels, BadFile, BadValue, WriteFailed
from daw_bridge.files.audio.formats import AudioFormat, audio_format
from daw_bridge.files.audio.info import AudioInfo
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.span import GoOn, keep_on
from daw_bridge.files.audio.writer import require_encoder
from daw_bridge.files.bundle import BUNDLE, bundle_sums
from daw_bridge.files.layout import suggested_pairs
from daw_bridge.files.load import load_words
from daw_bridge.files.makers import Maker, makers_of
from daw_bridge.files.naming import DEFAULT_NAME, project_name, stem_names
from daw_bridge.files.outputs import Rights
from daw_bridge.files.part import Part, part_of
from daw_bridge.files.projects.kinds import PROJECT, ProjectKind, check_files, project_kind
from daw_bridge.files.projects.mix import without_mix
from daw_bridge.files.record import RECORD, Record
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.steered import asked_tree, refuse_silence_around, steered_notices
from daw_bridge.files.sums import Sum, needed, residual_to, sums_of
from daw_bridge.settings.plan import FILE, StreamPlan, settings_for
from engines.load import find_model, name_of
from engines.spec import RESIDUAL, ModelSpec
from engines.spread import Node, Spread, spread
from engines.stream import StreamSettings


@dataclass(frozen=True)
class JobPlan:
    """A request that was checked against its files and its model.

    `sums`: the files that are written, in order; `part`: which samples of the song; `pairs`: the
    channels of each stream; `kbps`: the bit rate of a lossy format, 0 for others; `names`: of the
    files, without suffix; `load`: what to say before settings that take far longer than the model's
    own, "" for others; `beyond`: what to say of known stems that are none of the model's;
    `project`: the kind of project that comes with them; `project_file`: its name, "" for none;
    `makers`: the models that make known stems; `needed`: the stems that the files cannot be made
    without, where the model is several files, () for all; `steered`: (code, words) of what to say
    of a model that is asked for tags.
    """

    request: SeparateRequest
    info: AudioInfo
    known: tuple[AudioInfo, ...]
    settings: StreamSettings
    pairs: tuple[tuple[int, ...], ...]
    sums: tuple[Sum, ...]
    part: Part
    form: AudioFormat
    kbps: int
    names: tuple[str, ...]
    load: str = ""
    beyond: str = ""
    project: ProjectKind | None = None
    project_file: str = ""
    makers: tuple[Maker, ...] = ()
    needed: tuple[str, ...] = ()
    steered: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """What the files hold, in order: stems, the residual, no_drums, ..."""
        return _files(self.form, self.sums)

    @property
    def folder(self) -> Path:
        """Where the stems go."""
        return self.request.out_dir / self.request.song_name

    @property
    def rights(self) -> Rights:
        """What may be replaced there."""
        inputs = (self.info.path, *(one.path for one in self.known))
        force, resume = self.request.integer("force"), self.request.integer("resume")
        return Rights(bool(force), bool(resume), inputs)

    def notices(self) -> list[tuple[str, str]]:
        """(code, words) about how its inputs are read."""
        known = [(code, f"{one.path.name}: {words}") for one in self.known
                 for code, words in one.notices()]  # fmt: skip
        beyond = [("known_beyond", self.beyond)] if self.beyond else []
        lacks = [("project_mix", f"the project has no track of the mix: {self.without_mix}")]
        said = [*self.info.notices(), *known, *beyond, *self.steered]
        return said + (lacks if self.without_mix else [])

    @property
    def without_mix(self) -> str:
        """Why the song is no track of the project; "" where it is one, and without a project."""
        return "" if self.project is None else without_mix(self.info, self.project, self.folder)

    def file_name(self, stem: str) -> str:
        """The file of one output."""
        return self.names[self.files.index(stem)] + self.form.suffix

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """(what is in it, name) of each file, the project's last."""
        stems = tuple((one, self.file_name(one)) for one in self.files)
        return stems + (((PROJECT, self.project_file),) if self.project is not None else ())


def plan(request: SeparateRequest, go_on: GoOn = keep_on) -> JobPlan:
    """Everything that can be known to fail before the work starts; `go_on` ends it by raising.

    Raises BadFile, BadValue, BadChannels, FileInTheWay, BadRecord, WriteFailed, and EngineError for
    the model.
    """
    partial = bool(request.integer("partial"))
    info = probe(request.source, partial, request.integer("track"), go_on)
    known = tuple(_check_known(probe(path, partial, 1, go_on), info) for _, path in request.known)
    model = find_model(request.model)
    tree = asked_tree(request, model)
    spec = tree.spec
    pairs = _pairs(request, info)
    settings = settings_of(request, spec, info.rate_hz)
    for pair in pairs:
        spread(tree, replace(settings, channels=len(pair))).check()
    form, sums = _outputs(request, spec)
    makers = makers_of(request, info.rate_hz)
    for pair in pairs:
        for one in makers:
            spread(one.tree, replace(one.settings, channels=len(pair))).check()
    context, hop = reach(spread(tree, settings), info)
    before = [reach(spread(one.tree, one.settings), info) for one in makers]
    context += max((more for more, _ in before), default=0)
    hop = lcm(hop, *(its_hop for _, its_hop in before))
    part = part_of(info, *request.span, context, hop)
    load = load_words(spec, settings)
    kbps = _kbps(request, form, info)
    names = _names(request, form, _files(form, sums), model)
    beyond = _beyond(settings.known, spec)
    made = JobPlan(request, info, known, settings, pairs, sums, part, form, kbps, names, load,
                   beyond, *_project(request, form, names), makers,
                   needed(sums, spec, settings.residual_to)
                   if spec.parts or spec.members else (), steered_notices(spec, info))  # fmt: skip
    old = _check_targets(made)
    if old is None or not request.integer("resume"):  # what is skipped needs no room
        _check_room(made)
    return made


def _names(
    request: SeparateRequest, form: AudioFormat, files: tuple[str, ...], model: Path
) -> tuple[str, ...]:
    """What the files are called, without suffix; one that holds all stems as the song is."""
    template = request.text("name")
    if form.bundle and template == DEFAULT_NAME:
        template = "{song}"
    return stem_names(template, request.song_name, name_of(model), files)


def _project(
    request: SeparateRequest, form: AudioFormat, names: tuple[str, ...]
) -> tuple[ProjectKind | None, str]:
    """The kind of project and its file's name; None and "" where none is asked for."""
    kind = project_kind(request.text("project"), form)
    check_files(kind, [name + form.suffix for name in names])
    return kind, project_name(request.song_name, kind.suffix) if kind else ""


def files_of(request: SeparateRequest, spec: ModelSpec) -> tuple[str, ...]:
    """What the files of a job hold, in order, like JobPlan.files. Raises BadValue."""
    return _files(*_outputs(request, spec))


def _outputs(request: SeparateRequest, spec: ModelSpec) -> tuple[AudioFormat, tuple[Sum, ...]]:
    form = audio_format(request.text("format"))
    return form, bundle_sums(request, spec) if form.bundle else sums_of(request, spec)


def _files(form: AudioFormat, sums: tuple[Sum, ...]) -> tuple[str, ...]:
    return (BUNDLE,) if form.bundle else tuple(one.name for one in sums)


def reach(one: Spread[Node], info: AudioInfo) -> tuple[int, int]:
    """Samples of the file that a window of the model sees, with those before it that it needs, and
    a hop after which the windows of all of them lie as before: so much around a part is heard, too.
    """
    alone = [_reach_alone(one.settings, one.node.spec, info)]
    side = [reach(member, info) for member in one.members] or alone
    before = [reach(first, info) for first, _ in one.firsts]
    context = max(more for more, _ in side) + max((more for more, _ in before), default=0)
    return context, lcm(*(hop for _, hop in (*side, *before)))


def _reach_alone(settings: StreamSettings, spec: ModelSpec, info: AudioInfo) -> tuple[int, int]:
    """Of one model, whatever it needs.

    A model with a state has heard everything before: the part is read from the beginning.
    """
    if spec.state:
        return info.frames, 1
    if spec.suits_rate(info.rate_hz):
        return settings.window_samples, settings.hop_samples
    return ceil(settings.window_samples * info.rate_hz / spec.rate_hz) + info.rate_hz, 1


def _check_known(known: AudioInfo, mix: AudioInfo) -> AudioInfo:
    """A known stem must be at the mix's rate and channel count; its length may differ."""
    if (known.rate_hz, known.channels) != (mix.rate_hz, mix.channels):
        raise BadFile(
            f"known stem {known.path} has {known.channels} channels at {known.rate_hz} Hz",
            f"the mix's {mix.channels} channels at {mix.rate_hz} Hz",
            "Export it again from the same session.",
        )
    return known


def _pairs(request: SeparateRequest, info: AudioInfo) -> tuple[tuple[int, ...], ...]:
    pairs = request.pairs
    if not pairs and info.channels <= 2:
        return (tuple(range(info.channels)),)
    declared = sum(len(pair) for pair in pairs)
    if declared != info.channels:
        seen = f"--pairs has {declared} of them" if pairs else "--pairs is not given"
        raise BadChannels(
            f"{info.path} has {info.channels} channels, but {seen}",
            "every channel in a pair, or alone",
            f"Use --pairs, for example --pairs {suggested_pairs(info)}.",
        )
    return pairs


def _beyond(known: tuple[str, ...], spec: ModelSpec) -> str:
    names = [name for name in known if name not in spec.stems]
    if not names:
        return ""
    return (f"known {', '.join(names)}: no stem of {spec.name} ({', '.join(spec.stems)}); taken "
            "out of the mix as given")  # fmt: skip


def settings_of(request: SeparateRequest, spec: ModelSpec, rate_hz: int) -> StreamSettings:
    """The settings for songs of this rate in Hz. Raises BadValue, TooLarge, SettingsError."""
    names = request.known_names
    asked = StreamPlan(rate_hz, spec.channels, FILE, "offline", names, 0, request.values).changed(
        {"residual/to": residual_to(request, spec) or RESIDUAL}
    )
    refuse_silence_around(spec, request.text("context"))
    settings = settings_for(spec, asked)
    return replace(settings, context=request.text("context") or settings.context)


def _kbps(request: SeparateRequest, form: AudioFormat, info: AudioInfo) -> int:
    """The bit rate in kbit/s; 0 where the format has none. Raises BadValue."""
    asked = request.integer("bitrate")
    if form.lossy is not None:
        require_encoder(form)
        return form.lossy.check(form.name, info.rate_hz, info.channels, asked)
    refuse_bitrate(form, asked)
    return 0


def refuse_bitrate(form: AudioFormat, kbps: int) -> None:
    """Raise BadValue for a bit rate where there is none; 0: none was asked for."""
    if kbps and form.lossy is None:
        raise BadValue(
            f"--bitrate {kbps} with {form.name}", "a lossy format: mp3, ogg, opus or m4a",
            "Leave it out, or choose another --format.",
        )  # fmt: skip


def _check_targets(made: JobPlan) -> Record | None:
    """The record of what is there already."""
    try:
        return made.rights.check(made.folder, [*(file for _, file in made.written), RECORD])
    except OSError as error:
        raise WriteFailed(
            f"{made.folder} cannot be used ({error.strerror})", "a writable folder",
            "Choose another with -o.",
        ) from error  # fmt: skip


def _check_room(made: JobPlan) -> None:
    need = made.form.bytes_for(made.part.frames, made.info.channels) * len(made.files)
    if made.project is not None and made.project.embeds:
        need = need * 2 + (0 if made.without_mix else made.info.path.stat().st_size)
    place = next(one for one in (made.folder, *made.folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(place).free
    if need > free:
        raise WriteFailed(
            f"the stems of {made.info.path.name} need {need / 1e6:.1f} MB, and {place} has "
            f"{free / 1e6:.1f} MB free",
            "enough free space",
            "Free some space, choose another folder with -o, or use --format flac-24.",
        )
