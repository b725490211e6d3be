"""The other end of `--device grpc://...`: `daw-bridge engine`.

`shelf` has the models, `joined` runs calls that come together, `servicer` answers the protocol,
`engine` listens.
"""
