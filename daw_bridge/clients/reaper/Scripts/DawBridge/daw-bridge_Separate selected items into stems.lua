-- @description daw-bridge: stems of items and tracks, live stems, the server
-- @version 0.1.0
-- @author the authors of daw-bridge
-- @about
--   Separates items into stems: drums, bass, vocals and the rest come as tracks in a folder.
--   Stems that you have already make the others better. Live stems come back over ReaStream.
--
--   It needs daw-bridge on this machine; `daw-bridge install reaper` tells these scripts where
--   it is.
-- @provides
--   [main] *.lua
--   [nomain] lib/*.lua
--
-- Separates the selected items; the stems come as tracks in a folder, or as takes.
package.path = debug.getinfo(1, "S").source:match("^@(.*)[/\\\\]") .. "/lib/?.lua;" .. package.path
local items = require("items")
local running = require("running")
local separate = require("separate")

running.guarded(function()
  local parts = items.selected()
  running.needed(function() separate.run(parts) end)
end)
