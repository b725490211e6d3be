-- @noindex
-- Recorded stems are late by the stream's latency: their items are moved earlier, each once.
local tracks = require("tracks")

local recorded = {}

local MARK = "P_EXT:daw-bridge-moved"

local function item_value(item, name) return reaper.GetMediaItemInfo_Value(item, name) end

local function name_of(item)
  local take = reaper.GetActiveTake(item)
  return take and reaper.GetTakeName(take) or "(empty)"
end

local function refuse(item, why)
  error({ words = 'The item "' .. name_of(item) .. '" ' .. why .. "\n\nNothing was moved." })
end

local function takes_of(item)
  local found = {}
  for k = 0, reaper.CountTakes(item) - 1 do found[#found + 1] = reaper.GetTake(item, k) end
  return found
end

-- Raises an error where the item cannot be moved by this much.
local function check(item, latency_s)
  local _, moved = reaper.GetSetMediaItemInfo_String(item, MARK, "", false)
  if moved ~= "" then refuse(item, "was moved already, by " .. moved .. ".") end
  if item_value(item, "C_LOCK") % 2 == 1 then refuse(item, "is locked.") end
  local before_s = latency_s - item_value(item, "D_POSITION")
  if before_s <= 0 then return end
  if before_s >= item_value(item, "D_LENGTH") then
    refuse(item, "would lie before the project's beginning.")
  end
  for _, take in ipairs(takes_of(item)) do
    if reaper.GetTakeNumStretchMarkers(take) > 0 or reaper.CountTakeEnvelopes(take) > 0 then
      refuse(item, "begins before the project then, and has stretch markers or envelopes that a cut "
        .. "would shift. Glue it first (Item > Glue items).")
    end
  end
end

-- The items that are selected. Raises an error where none is, or one cannot be moved.
function recorded.selected(latency_s)
  local found = {}
  for k = 0, reaper.CountSelectedMediaItems(0) - 1 do
    found[#found + 1] = reaper.GetSelectedMediaItem(0, k)
    check(found[#found], latency_s)
  end
  if #found == 0 then error({ words = "Select the items that were recorded from the stems." }) end
  return found
end

-- Cuts the item's first seconds off; what follows stays where it is.
local function cut(item, seconds)
  for _, take in ipairs(takes_of(item)) do
    local rate = reaper.GetMediaItemTakeInfo_Value(take, "D_PLAYRATE")
    local from_s = reaper.GetMediaItemTakeInfo_Value(take, "D_STARTOFFS")
    reaper.SetMediaItemTakeInfo_Value(take, "D_STARTOFFS", from_s + seconds * rate)
  end
  for _, name in ipairs({ "D_LENGTH", "D_SNAPOFFSET" }) do
    reaper.SetMediaItemInfo_Value(item, name, math.max(0, item_value(item, name) - seconds))
  end
end

local function move(item, latency_s, words)
  local to_s = item_value(item, "D_POSITION") - latency_s
  if to_s < 0 then cut(item, -to_s) end
  reaper.SetMediaItemInfo_Value(item, "D_POSITION", math.max(0, to_s))
  reaper.GetSetMediaItemInfo_String(item, MARK, words, true)
end

-- Moves them, in one step of undo; `words` says by how much.
function recorded.earlier(items, latency_s, words)
  tracks.undoable("Move recorded stems earlier by the latency", function()
    for _, item in ipairs(items) do move(item, latency_s, words) end
  end)
end

return recorded
