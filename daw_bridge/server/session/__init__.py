"""The session: what the server knows, and every rule of who may do what. Pure: no I/O, no clock.

Theory of operation. Whatever happens is an event (`events.py`): a peer asked something, a model
has loaded, a job has made progress, a peer has gone. `Session.handle(event)` updates the state and
returns effects: send, publish, open a stream, submit a job. The server carries them out in order on
one thread (`server.py`), so OSC and ZeroMQ see one server and no state needs a lock. What takes
time, above all loading a model, is an effect with a ticket; exactly one event brings it back.

A stream's life. Its number is the smallest free one and is reserved from `Open` on.

    Open ----> OPENING ----- Opened ----> OPEN ------ Closed ----> gone; its waiting changes
               |  ticket                  |  ^                     fail with unknown_stream
               |                          |  | Adopted: a port's stream, which no peer owns
               +-- Refused --> gone       |
                                          +- PeerGone (its owner): StopStream, and Closed follows

A change that loads (model, block/*, residual/to, a known switch; `REBUILDS` in settings.plan). A
stream keeps its changes in a queue, and only the first is at work:

    Set --> WAITING --> LOADING ------ Changed ---> plan := plan as it is now + the change;
            the newest  | ticket,                   then what came with it or was set meanwhile;
            of its kind | plan `begun`              answer; the next one begins
                        |
                        +--- Refused ---> answer `fail`; all is as before; the next one begins

    The last value asked for holds. A change that sets all that an earlier waiting one sets (a
    preset sets its grid, too) takes its place, and both are answered with it. Hop, window and
    lookahead of one peer join into one change, also with one that has just been refused: a
    controller's snapshot sends them one by one. Beyond MAX_CHANGES the oldest is refused, never
    the newest. When its turn comes, a change that sets what already is (as wished, or, where
    nothing was wished, as the preset or the model made it) is answered at once, and pins nothing.

    Bypass, gain, mute, solo, steps and seed do not wait: they act at once (AdjustStream), also
    while a model loads. In one Set beside a change that loads they wait for it: all or none.
    What a MIDI controller moves (`Controlled`) is set as by a peer, and told to all.
    Reshaped (a port's rate or block size) takes the same queue; the newest one replaces those
    that have not begun.

`StreamState.plan` is what was asked for; `StreamState.info` is what the engine made of it: latency,
grid and outputs are read from `info`, never computed here. DEFAULTS (number 0) is the plan that new
streams start from; a Set for stream 1 changes it while stream 1 is not open.

A snapshot is what a stream is set to, as wished. To load one, what needs an engine is set as one
change; what acts at once follows when that is done, because another model has other stems.

A Sync is answered once every ticket that was out when it came is back: loads and changes of all
peers; the list of models, snapshots, and jobs whose files are being looked at, of its own.

Time is an event, too (`Ticked`, about once a second). Clients keep their place by being heard: see
`peers.py`. Who has not given the secret gets at most one answer from tick to tick, none larger than
what was sent.

Rules for whoever changes this package:

1. No sockets, threads, clock or engine. What needs one is an effect, and an event answers it.
2. Check first, then change: raise a BridgeError before the state or the effects are touched. The
   session turns it into the one `fail` that the peer gets.
3. Each request is answered once: at once, or by the `answer` that a queued change carries.
4. Nothing grows without a limit: beyond the most streams, changes and syncs it is `busy`; the
   client or host that has been silent for longest makes room for another.
5. A ticket may come back after its stream has gone; then it is dropped.
6. A new request, event or effect is a frozen class and a row in one table (`session.py` for the
   first two, `server.py` for effects). `test_session.py` fails while a row is missing, and
   `test_random.py` holds rule 3 against random events.
"""
