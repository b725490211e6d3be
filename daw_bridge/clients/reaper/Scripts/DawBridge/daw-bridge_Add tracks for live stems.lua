-- @noindex
-- Adds tracks that receive the live stems of the selected track over ReaStream.
package.path = debug.getinfo(1, "S").source:match("^@(.*)[/\\\\]") .. "/lib/?.lua;" .. package.path
local live = require("live")
local running = require("running")
local stream = require("stream")

running.guarded(function()
  local source = live.source()
  running.needed(function(status)
    local _, health = stream.of(status)
    running.show(live.add(source, health))
  end)
end)
