"""How long files of every kind are, as daw-bridge reads them and as the ffmpeg command does.

    python -m tests.bench.file_kinds
    python -m tests.bench.file_kinds --seconds 20

Each kind is made of the demo song by ffmpeg (Debian: ffmpeg). A file that states its length to the
sample must be as long as the song; of one that does not, all frames must be there, as many as
ffmpeg decodes. `cut` is what becomes of the file's first 59 %: SHORT is a silent loss.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.errors import BadFile
from daw_bridge.files.audio.reader import AudioReader, probe
from tests.bench.tools import described

RATE_HZ, OPUS_HZ = 44100, 48000


@dataclass(frozen=True)
class Kind:
    """`make`: ffmpeg's arguments between input and output; `times`: how often it is joined.

    `states`: whether the file states its length to the sample. `command`: where it is not made of
    one input. `of`: what `cat` joins.
    """

    name: str
    make: str = ""
    states: bool = True
    rate_hz: int = RATE_HZ
    times: int = 1
    piped: bool = False
    video: bool = False
    tracks: int = 1
    of: str = ""

    def shell(self, seconds: float) -> str:
        """The command that makes it, in the folder of base.wav."""
        if self.of:
            return f"cat {' '.join([self.of] * self.times)} > {self.name}"
        inputs = "-i base.wav " * self.tracks
        if self.tracks > 1:
            inputs += " ".join(f"-map {k}" for k in range(self.tracks))
        if self.video:
            inputs = f"-f lavfi -i color=c=black:s=64x64:d={seconds} -i base.wav -c:v mpeg4"
        target = f"- | cat > {self.name}" if self.piped else self.name
        return f"ffmpeg -v error -y {inputs} {self.make} {target}"


KINDS = [
    Kind("wav16.wav", "-c:a pcm_s16le"), Kind("float.wav", "-c:a pcm_f32le"),
    Kind("piped.wav", "-c:a pcm_s24le -f wav", piped=True), Kind("rf64.wav", "-rf64 always"),
    Kind("song.w64", "-c:a pcm_s16le"), Kind("song.aiff"), Kind("song.au"), Kind("song.caf"),
    Kind("ima.wav", "-c:a adpcm_ima_wav", states=False),
    Kind("song.flac"), Kind("piped.flac", "-f flac", piped=True), Kind("song.oga", "-c:a flac"),
    Kind("song.ogg", "-c:a libvorbis"), Kind("song.opus", "-c:a libopus", rate_hz=OPUS_HZ),
    Kind("chained.ogg", of="song.ogg", times=3),
    Kind("chained.opus", of="song.opus", times=2, rate_hz=OPUS_HZ),
    Kind("cbr.mp3", "-b:a 128k"), Kind("vbr.mp3", "-q:a 2"),
    Kind("no-xing-cbr.mp3", "-b:a 128k -write_xing 0", states=False),
    Kind("no-xing-vbr.mp3", "-q:a 2 -write_xing 0", states=False),
    Kind("web.mp3", "-q:a 4 -f mp3", states=False, piped=True),
    Kind("joined.mp3", of="vbr.mp3", times=2), Kind("mp3-in.wav", "-c:a libmp3lame", states=False),
    Kind("low.mp3", "-ar 22050 -ac 1 -b:a 32k", rate_hz=22050), Kind("song.mp2", states=False),
    Kind("aac.m4a", "-c:a aac"), Kind("fast.m4a", "-c:a aac -movflags +faststart"),
    Kind("alac.m4a", "-c:a alac"), Kind("opus.mp4", "-c:a libopus", rate_hz=OPUS_HZ),
    Kind("alac.caf", "-c:a alac"), Kind("song.mov", "-c:a pcm_s16le"),
    Kind("song.stem.mp4", "-c:a aac -f mp4", tracks=5),
    Kind("stems.stem.mp4", "-c:a alac -f mp4", tracks=5),
    Kind("adts.aac", "-c:a aac", states=False), Kind("aac.mka", "-c:a aac", states=False),
    Kind("opus.webm", "-c:a libopus", rate_hz=OPUS_HZ), Kind("song.mkv", "-c:a flac"),
    Kind("vorbis.webm", "-c:a libvorbis", states=False), Kind("song.wma", states=False),
    Kind("song.wv"), Kind("song.tta"), Kind("song.ac3", states=False),
    Kind("song.eac3", states=False), Kind("song.dts", "-c:a dca -strict -2", states=False),
    Kind("film.mp4", "-c:a aac", video=True), Kind("film.mov", "-c:a alac", video=True),
    Kind("film.mkv", "-c:a ac3", states=False, video=True),
    Kind("film.avi", "-c:a libmp3lame", states=False, video=True),
    Kind("film.ts", "-c:a aac", states=False, video=True),
    Kind("film.flv", "-c:v flv -c:a aac", states=False, video=True),
]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One kind: the samples that are right, ours, ffmpeg's; who reads it; what a cut file gives."""

    name: str
    right: int
    ours: int
    ffmpegs: int
    decoder: str
    cut: str


def ours(path: Path) -> int:
    """Samples per channel that the reader gives."""
    with AudioReader(path) as reader:
        total = 0
        while frames := reader.read(65536).shape[1]:
            total += frames
    return total


def ffmpegs(path: Path, channels: int) -> int:
    """Samples per channel that the command decodes of the first audio track."""
    command = ["ffmpeg", "-v", "quiet", "-i", str(path), "-map", "0:a:0", "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return len(done.stdout) // 4 // channels


def cut_result(path: Path, frames: int) -> str:
    """`refused`; `whole` where the audio ends before the cut; `said` in a note; else `SHORT`."""
    part = path.with_name(f"cut-{path.name}")
    part.write_bytes(path.read_bytes()[: path.stat().st_size * 59 // 100 | 1])
    try:
        info = probe(part)
    except BadFile:
        return "refused"
    if info.frames == frames:
        return "whole"
    return "said" if info.notes else "SHORT"


def measure(folder: Path, seconds: float) -> Iterator[Row]:
    """Every kind, in `folder`."""
    base = f"ffmpeg -v error -y -i {DEMO_SONG} -t {seconds} -c:a pcm_f32le base.wav"
    subprocess.run(base, shell=True, check=True, cwd=folder)
    song = probe(folder / "base.wav").frames
    for kind in KINDS:
        subprocess.run(kind.shell(seconds), shell=True, check=True, cwd=folder)
        path = folder / kind.name
        info = probe(path)
        theirs = ffmpegs(path, info.channels)
        stated = -(-song * kind.rate_hz // RATE_HZ) * kind.times
        right = stated if kind.states else theirs
        decoder = info.decoder.partition(" ")[0]
        yield Row(kind.name, right, ours(path), theirs, decoder, cut_result(path, info.frames))


def main() -> int:
    """The table, and how many are exact."""
    parser = described(__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="Of the demo song.")
    seconds = parser.parse_args().seconds
    print(f"{'file':16} {'right':>8} {'ours':>8} {'ffmpeg':>8}  {'read by':10} cut")
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for row in measure(Path(folder), seconds):
            rows.append(row)
            print(f"{row.name:16} {row.right:8} {row.ours:8} {row.ffmpegs:8}  {row.decoder:10} "
                  f"{row.cut}", flush=True)  # fmt: skip
    exact = sum(one.ours == one.right for one in rows)
    theirs = sum(one.ffmpegs == one.right for one in rows)
    silent = sum(one.cut == "SHORT" for one in rows)
    print(f"{len(rows)} kinds: exact {exact}, ffmpeg {theirs}; cut files read in silence: {silent}")
    return int(exact < len(rows) or silent > 0)


if __name__ == "__main__":
    raise SystemExit(main())
