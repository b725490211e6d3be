"""Live audio: one block in, stems out at one declared latency, whatever the model is doing.

     audio callback (the port's thread)                       worker (our thread)

     block in ---- process.BlockProcessor --> [input ring] --> engine_run.EngineRun
                          |         |           |                  | window
                          |       wake ---------|-------------> worker.Worker
                          |                     | the mix          | engine
     block out <-- faders <-- player.Player <---+                  v
                                    ^------- [results ring] <-- stems

     any other thread: control.StreamControl; gain, mute, solo, bypass: faders.Faders

`process` and what it calls is all that runs in the callback. `stream.LiveStream` puts it together.

Who writes what. Everybody may read it.

  callback  input ring, worker.block_time, worker.reset_position, worker.retired (the worker clears
            it), all of the players, the swap fade, late blocks and samples, the callback's times
  worker    results ring, due, switch_at, worker.ready (the callback takes players out of it),
            WorkerCounters, steps_log, meters
  control   run.refine, run.load_share, process.reset_wanted (the callback clears it), the worker's
            inbox; faders: target and bypass
  port      port_status; the server sets its `reshape` and `control`
  several   worker.fault: the last one wins

Rules for whoever changes it.

1. The callback copies, counts, returns: no inference, no log, no allocation that can be avoided, no
   lock that another thread holds. It waits for the worker only while the host freewheels.
2. One writer for each attribute. What belongs together is one object, stored at once (Ring.span,
   Refine, Faders.target): in CPython that is atomic, two assignments are not.
3. Positions are absolute input samples. A result lies in its ring at its own position, so nothing
   depends on how blocks and hops line up.
4. A late block is never a hole: the delayed mix is on the residual, crossfaded. Before gain, mute
   and solo the outputs sum to the delayed input, in every block and every fade.
5. A running EngineRun keeps its model and grid. A change is a second run beside it, primed with the
   input just past, which one with a state hears first; the callback crossfades to it (SwapFade),
   and the worker frees the old one. Until then there is no third: the next change waits, and the
   worker runs what is heard first.
6. Every queue has a bound: the worker's inbox holds the newest change, the input ring overwrites
   the oldest (lost_samples), the logs forget the oldest.

Latency. Input sample i is heard as output sample i + latency. latency.py computes it:

  latency = stream + budget            what a port holds back (AudioPort.held_ms) comes on top
  stream  = hop - gcd + ahead rounded up to whole gcds     gcd of hop and block; ahead is the larger
                                                           of lookahead and crossfade
          = hop - 1 + ahead            where blocks vary, or the rate is converted: then in device
                                       samples, with the lag of both resamplers
  budget  = load_target * windows * hop, rounded up to whole blocks        the time for computing
            windows = block / hop, rounded up       a long block brings several hops at once
            where blocks vary: of the largest block, and one largest block on top

hop: input between two runs of the model, which may take several windows (batch).
"""
