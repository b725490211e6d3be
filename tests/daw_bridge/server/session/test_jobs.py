"""The session's jobs: numbers, news, cancelling."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.errors import BridgeError, Busy
from daw_bridge.files.types import Done, Failed, Progress, StemWritten
from daw_bridge.server.session import events as do
from daw_bridge.wire import Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import OSC, ZMQ, Rig, change, code, only, sent


def submit(rig: Rig, peer: Peer = OSC, req: int = 7) -> None:
    (wish,) = only(rig.ask(ask.Separate(req, "in.wav", "out"), peer), do.SubmitJob)
    assert dict(wish.request.options)["model"] == "song"
    effects = rig.do(do.JobQueued(peer, wish.msg_id, req, 31))
    assert sent(effects, peer) == [tell.JobReply(req, 31)]


def test_a_job_is_told_to_its_peer_by_its_own_number() -> None:
    rig = Rig()
    submit(rig)
    events = [Progress(31, 0.5, "separate", None), StemWritten(31, "drums", Path("a"), 1, 5)]
    told = [sent(rig.do(do.JobNews(one)), OSC)[0] for one in events]
    assert told == [
        tell.JobProgress(7, 0.5, "separate", -1.0), tell.JobStem(7, "drums", "a", 1, 5),
    ]  # fmt: skip
    assert sent(rig.do(do.JobNews(Done(31))), OSC) == [tell.JobDone(7)]
    assert not rig.do(do.JobNews(Progress(31, 1.0, "late", None)))


def test_jobs_that_have_ended_are_counted_by_how() -> None:
    """Whoever asked for them: also where nobody waits for them any more."""
    rig = Rig()
    submit(rig)
    ends = [Done(31), Done(99), Failed(98, "bad_file", "x"), Failed(97, "cancelled", "x")]
    for event in (Progress(31, 0.5, "separate", None), *ends):
        rig.do(do.JobNews(event))
    status = rig.reply(ask.Status(), ZMQ)
    assert isinstance(status, tell.StatusReply) and status.jobs == 0
    assert (status.done_jobs, status.failed_jobs, status.cancelled_jobs) == (2, 1, 1)


def test_cancel() -> None:
    rig = Rig()
    submit(rig)
    assert code(rig.reply(ask.Cancel(7), ZMQ)) == "unknown_job"
    assert only(rig.ask(ask.Cancel(7), OSC), do.CancelJob) == [do.CancelJob(31)]
    effects = rig.do(do.JobNews(Failed(31, "cancelled", "stopped")))
    assert sent(effects, OSC) == [tell.JobFail(7, "cancelled", "stopped")]
    assert code(rig.reply(ask.Cancel(7), OSC)) == "unknown_job"


def test_a_job_can_be_cancelled_while_its_files_are_looked_at() -> None:
    rig = Rig()
    rig.ask(ask.Separate(7, "in.wav", "out"), OSC)
    assert code(rig.reply(ask.Separate(7, "in.wav", "out"), OSC)) == "bad_value"
    assert not sent(rig.ask(ask.Sync(1), OSC), OSC)
    assert rig.reply(ask.Sync(2), ZMQ) == tell.SyncedReply(2)
    assert rig.ask(ask.Cancel(7), OSC) == [do.Send(OSC, tell.DoneReply("cancel", 7), 5)]
    effects = rig.do(do.JobQueued(OSC, 0, 7, 31))
    assert only(effects, do.CancelJob) == [do.CancelJob(31)]
    assert sent(effects, OSC) == [tell.JobReply(7, 31), tell.SyncedReply(1)]


def test_a_job_that_is_refused_leaves_its_number_free() -> None:
    rig = Rig()
    for _ in range(2):
        assert only(rig.ask(ask.Separate(7, "in.wav", "out"), OSC), do.SubmitJob)
        rig.do(do.JobRefused(OSC, 0, 7, Busy("a", "b", "c")))
    assert code(rig.reply(ask.Cancel(7), OSC)) == "unknown_job"


def test_numbers_of_jobs_are_each_peers_own() -> None:
    rig = Rig()
    submit(rig)
    (reply,) = sent(rig.ask(ask.Separate(7, "b.wav", "out"), OSC), OSC)
    assert isinstance(reply, tell.FailReply) and (reply.code, reply.req) == ("bad_value", 7)
    assert only(rig.ask(ask.Separate(7, "b.wav", "out"), ZMQ), do.SubmitJob)


def test_a_job_that_generates_has_no_streams_model_and_says_what_it_is() -> None:
    rig = Rig()
    asked = ask.Generate(7, "out", (("stems", "bass"),))
    (wish,) = only(rig.ask(asked, OSC), do.SubmitJob)
    assert dict(wish.request.options) == {"device": "cpu", "stems": "bass"}
    assert code(rig.reply(asked, OSC)) == "bad_value"  # the number is taken
    effects = rig.do(do.JobQueued(OSC, wish.msg_id, 7, 31, "generate"))
    assert sent(effects, OSC) == [tell.GenerateReply(7, 31)]
    assert sent(rig.do(do.JobNews(Done(31))), OSC) == [tell.JobDone(7, "generate")]
    only(rig.ask(asked, OSC), do.SubmitJob)
    refused = do.JobRefused(OSC, 0, 7, Busy("a", "b", "c"), "generate")
    (reply,) = sent(rig.do(refused), OSC)
    assert isinstance(reply, tell.FailReply) and reply.command == "generate"


def test_a_refused_job_says_why() -> None:
    rig = Rig()
    error: BridgeError = Busy("16 jobs", "fewer", "Wait.")
    (reply,) = sent(rig.do(do.JobRefused(OSC, 0, 7, error)), OSC)
    assert isinstance(reply, tell.FailReply) and (reply.req, reply.command) == (7, "separate")


def test_the_job_gets_the_model_that_is_heard() -> None:
    rig = Rig()
    made = rig.open()
    wish = change(rig.set(model="other"))
    rig.do(do.Changed(wish.ticket, made))
    (job,) = only(rig.ask(ask.Separate(1, "a", "b", (("device", "cuda"),))), do.SubmitJob)
    assert dict(job.request.options) == {"model": "other", "device": "cuda"}
