-- @noindex
-- Moves the selected items, recorded from live stems, earlier by the latency that the server states.
package.path = debug.getinfo(1, "S").source:match("^@(.*)[/\\\\]") .. "/lib/?.lua;" .. package.path
local command = require("command")
local recorded = require("recorded")
local running = require("running")
local stream = require("stream")

running.guarded(function()
  local status, problem = command.ask("status")
  if not status then error({ words = problem.words }) end
  local one = stream.of(status)
  local latency_s = one.latency_samples / one.rate_hz
  local words = string.format("%d samples at %d Hz (%.1f ms)", one.latency_samples, one.rate_hz,
    1000 * latency_s)
  recorded.earlier(recorded.selected(latency_s), latency_s, words)
end)
