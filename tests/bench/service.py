"""Runs a unit that `daw-bridge install` writes under a real systemd, and kills and freezes it.

    python -m tests.bench.service                  yours, with `jackd -d dummy`, as root
    python -m tests.bench.service --system         the machine's, with jobs and streams

A `systemd --user` of its own is started in namespaces of mounts and processes (Linux, root,
packages systemd and jackd2). It takes over every program of the cgroup that it starts in; where
that has all of the machine's, it gets a tree of cgroups of its own, in which no program of the
machine is moved (cgroup version 1, as systemd 252 still speaks it). After --deadline seconds all of
it is ended. It says when the server was ready, whether /health is ok, how long after a freeze it
was back, and how it ended. --system: without what that manager cannot do (LEFT_OUT), and with
--python, one that lies in no home.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import numpy as np

from daw_bridge.client import Client
from tests.bench.tools import described

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("User=", "DynamicUser=", "ProtectHome=", "ProtectKernelTunables=",
            "ProtectKernelLogs=", "PrivateTmp=")  # fmt: skip
IN_NAMESPACE, OWN_TREE = "DAW_BRIDGE_BENCH_SERVICE", "DAW_BRIDGE_BENCH_CGROUPS"
CGROUPS = Path("/sys/fs/cgroup")
RUN = Path("/run/user/0")
PORTS = {"osc-port": 17520, "zmq-port": 17522, "pub-port": 17523, "http-port": 0, "metrics": 17525}
BACK_WITHIN_S = 90.0
ENDS_WITHIN_S = 60.0


def in_the_root() -> bool:
    """Whether this program is in a root cgroup, with every other."""
    lines = [line.split(":", 2)[1:] for line in Path("/proc/self/cgroup").read_text().splitlines()]
    return any(where == "/" for names, where in lines if names in ("", "name=systemd"))


def ask(*words: str) -> str:
    """What `systemctl --user` says."""
    command = ["systemctl", "--user", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout.strip()


def shown(name: str) -> str:
    """A property of the service."""
    return ask("show", "daw-bridge", "-p", name, "--value")


def mount(words: str) -> None:
    """As `mount` has it."""
    done = subprocess.run(["mount", *words.split()], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"mount {words}: {done.stderr.strip()}; start it in a cgroup of its own: "
                         "systemd-run --scope python ...")  # fmt: skip


@contextmanager
def own_tree() -> Iterator[None]:
    """A tree of cgroups in which every program is at the root, in place of the machine's trees."""
    mount(f"-t tmpfs tmpfs {CGROUPS}")
    tree = CGROUPS / "systemd"
    tree.mkdir()
    mount(f"-t cgroup -o none,name=daw-bridge-bench-{time.time_ns()} cgroup {tree}")
    try:
        yield
    finally:
        (tree / "cgroup.procs").write_text(str(os.getpid()))  # systemd has taken this one, too
        for one in sorted(tree.rglob("*/"), key=lambda path: -len(path.parts)):
            with suppress(OSError):  # a program is still in it
                one.rmdir()


@contextmanager
def running(*command: str) -> Iterator[None]:
    """A program that is ended."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            time.sleep(3.0)
            yield
        finally:
            process.terminate()
            process.wait(ENDS_WITHIN_S)


def install(home: Path, python: str, system: bool) -> None:
    """The unit where this manager looks, its options with ports of their own."""
    name = "systemd-system" if system else "systemd"
    settings = home / "etc" if system else home / ".config"
    command = [sys.executable, "-m", "daw_bridge", "install", name, "--dest", str(settings)]
    subprocess.run(command, check=True)
    options = settings / "daw-bridge" / "serve.toml"
    with options.open("a") as file:
        file.writelines(f"{flag} = {port}\n" for flag, port in PORTS.items())
    if system:
        text = options.read_text().replace("/var/lib/daw-bridge", str(home / ".config/daw-bridge"))
        options.write_text(text)
        unit = (settings / "systemd/system/daw-bridge.service").read_text()
        lines = [one for one in unit.splitlines() if not one.startswith(LEFT_OUT)]
        text = "\n".join(lines).replace(f"={sys.executable} ", f"={python} ")
        there = home / ".config/systemd/user/daw-bridge.service"
        there.parent.mkdir(parents=True)
        there.write_text(text.replace("multi-user.target", "default.target"))


def freeze() -> float:
    """Seconds from a freeze of the server until it was started anew."""
    began_s, before = time.monotonic(), shown("NRestarts")
    os.kill(int(shown("MainPID")), 19)
    while shown("NRestarts") == before:
        if time.monotonic() - began_s > BACK_WITHIN_S:
            raise SystemExit("the watchdog did not end it")
        time.sleep(0.5)
    while shown("ActiveState") != "active":
        time.sleep(0.5)
    return time.monotonic() - began_s


def work(folder: Path) -> None:
    """A job, a sync stream and a live one, as clients ask for them."""
    mix = np.random.default_rng(0).uniform(-0.1, 0.1, (2, 48000)).astype(np.float32)
    with Client(f"tcp://127.0.0.1:{PORTS['zmq-port']}", timeout_s=60.0) as client:
        stems = client.separate(mix, rate_hz=48000)
        error = float(np.abs(sum(stems.values()) - mix).max())
        print(f"sync stream: {len(stems)} outputs, sum within {error:.1e} of the mix")
        with client.stream(48000, 2, mode="live") as stream:
            for start in range(0, 20480, 512):
                stream.process(mix[:, start : start + 512])
        print("live stream: 40 blocks")
    song = folder / "song.ogg"
    song.write_bytes((ROOT / "daw_bridge/demo/song.ogg").read_bytes())
    command = [sys.executable, "-m", "daw_bridge", "ctl", "separate", str(song), "-o",
               str(folder / "out"), "--server", f"127.0.0.1:{PORTS['zmq-port']}"]  # fmt: skip
    subprocess.run(command, check=True)


def trial(python: str, system: bool, brief: bool) -> int:
    """In the namespace."""
    home = Path(os.environ["HOME"])
    install(home, python, system)
    with running("/lib/systemd/systemd", "--user"):
        site = str(Path(np.__file__).parents[1])
        ask("set-environment", f"PYTHONPATH={ROOT}:{site}", "PYTHONDONTWRITEBYTECODE=1",
            f"JACK_DEFAULT_SERVER={os.environ['JACK_DEFAULT_SERVER']}")  # fmt: skip
        ask("daemon-reload")
        began_s = time.monotonic()
        ask("start", "daw-bridge")
        print(f"ready after {time.monotonic() - began_s:.1f} s: {shown('StatusText')}")
        with urlopen(f"http://127.0.0.1:{PORTS['metrics']}/health") as answer:
            print(f"/health: {answer.status} {answer.read().decode().strip()}")
        if system:
            work(home / ".config/daw-bridge")
        if not brief:
            print(f"frozen: back after {freeze():.0f} s")
        ask("stop", "daw-bridge")
        print(f"stopped: {shown('ActiveState')}, {shown('Result')}")
        return int(shown("ActiveState") != "inactive")


def main() -> int:
    """1 where it did not end well."""
    parser = described(__doc__)
    parser.add_argument("--system", action="store_true", help="the machine's unit")
    parser.add_argument("--python", default="/usr/bin/python3", help="what runs the machine's")
    parser.add_argument("--brief", action="store_true", help="do not freeze it")
    parser.add_argument("--deadline", type=float, default=600.0, help="seconds of all, at most")
    args = parser.parse_args()
    if os.environ.get(IN_NAMESPACE):
        mount("--make-rprivate /")
        mount("-t tmpfs tmpfs /run")
        (Path("/run/systemd/system")).mkdir(parents=True)
        RUN.mkdir(parents=True, mode=0o700)
        cgroups = own_tree() if os.environ.get(OWN_TREE) else nullcontext()
        with cgroups, running("jackd", "-d", "dummy", "-r", "48000", "-p", "1024"):
            return trial(args.python, args.system, args.brief)
    with TemporaryDirectory() as home:
        told = {IN_NAMESPACE: "1", "HOME": home, "XDG_RUNTIME_DIR": str(RUN),
                "XDG_CONFIG_HOME": f"{home}/.config", "PATH": os.environ["PATH"],
                "JACK_DEFAULT_SERVER": f"bench{os.getpid()}",
                "JACK_NO_AUDIO_RESERVATION": "1",
                OWN_TREE: "1" if in_the_root() else ""}  # fmt: skip
        command = ["unshare", "-m", "-p", "-f", "--mount-proc", "--kill-child", sys.executable,
                   "-m", "tests.bench.service", *sys.argv[1:]]  # fmt: skip
        try:
            done = subprocess.run(command, env=told, cwd=ROOT, check=False, timeout=args.deadline)
        except subprocess.TimeoutExpired:
            print(f"not done within {args.deadline:.0f} s (--deadline): all of it was killed")
            return 1
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
