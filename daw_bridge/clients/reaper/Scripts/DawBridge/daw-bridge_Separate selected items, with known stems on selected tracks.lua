-- @noindex
-- Separates the selected items; stems on the selected tracks are given to the model as known.
package.path = debug.getinfo(1, "S").source:match("^@(.*)[/\\\\]") .. "/lib/?.lua;" .. package.path
local items = require("items")
local known = require("known")
local running = require("running")
local separate = require("separate")

running.guarded(function()
  local parts = items.selected()
  for _, part in ipairs(parts) do known.check(part) end
  local tracks = known.tracks(parts)
  running.needed(function(status)
    local stems = known.named(tracks, separate.model(status))
    if stems then separate.run(parts, stems) end
  end)
end)
