"""Models that another process runs, on this machine or another one: `--device grpc://host:port`.

`load.load_model` is as that of `engines`, with such devices. What answers is `daw-bridge engine`
(`serving`), or any server of the Open Inference Protocol, version 2, that holds the bare network.

Two forms. Window: audio of a window in, its stems out, with all steps of refinement in one call; it
fulfils `engines.methods.Method` (`window_form`). Network: one run of the graph; it fulfils
`engines.session.Session` (`network_form`), and the method runs here.

Whoever reads a file waits and asks again where the engine is away (`connection`). A live stream
cannot: a window without an answer in time is silence on its stems, so the mix is on the residual,
and nobody calls again until the engine has shown that it answers, and rightly (`live`, `breaker`).
"""

import os

# gRPC's own lines say nothing that our errors do not, one for every try to connect.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
