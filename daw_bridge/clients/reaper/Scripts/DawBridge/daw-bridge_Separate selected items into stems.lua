-- @description daw-bridge: stems of items, settings, the server
-- @version 0.1.0
-- @author the authors of daw-bridge
-- @about
--   Separates the selected items into stems. It needs daw-bridge on this machine:
--   `daw-bridge install reaper` tells these scripts where it is.
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
