-- @noindex
-- Media items: what of their source is heard, and new ones that lie and sound like them.
local items = {}

local ITEM = { "D_POSITION", "D_LENGTH", "D_VOL", "D_SNAPOFFSET", "D_FADEINLEN", "D_FADEOUTLEN",
  "D_FADEINDIR", "D_FADEOUTDIR", "D_FADEINLEN_AUTO", "D_FADEOUTLEN_AUTO", "C_FADEINSHAPE",
  "C_FADEOUTSHAPE", "B_LOOPSRC", "C_BEATATTACHMODE", "I_CUSTOMCOLOR", "B_MUTE" }
local TAKE = { "D_VOL", "D_PAN", "D_PANLAW", "D_PLAYRATE", "D_PITCH", "B_PPITCH", "I_CHANMODE",
  "I_PITCHMODE", "I_STRETCHFLAGS", "F_STRETCHFADESIZE", "I_CUSTOMCOLOR" }

local function item_value(item, name) return reaper.GetMediaItemInfo_Value(item, name) end
local function take_value(take, name) return reaper.GetMediaItemTakeInfo_Value(take, name) end

local function refuse(name, why)
  error({ words = 'The item "' .. name .. '" ' .. why .. "\n\nGlue it first (Item > Glue items)." })
end

-- What daw-bridge is to separate for this item: its file, and which samples of it. Without `first`
-- it is the whole file: where stretch markers or a loop refer to all of it.
function items.part(item)
  local take = reaper.GetActiveTake(item)
  if not take then refuse("(empty)", "has no take.") end
  local name = reaper.GetTakeName(take)
  if reaper.TakeIsMIDI(take) then refuse(name, "is MIDI, not audio.") end
  local source = reaper.GetMediaItemTake_Source(take)
  local section, _, _, reversed = reaper.PCM_Source_GetSectionInfo(source)
  if section or reversed then refuse(name, "plays a section of its file, or plays it backwards.") end
  local file = reaper.GetMediaSourceFileName(source)
  if file == "" then refuse(name, "has no file.") end
  local length_s, beats = reaper.GetMediaSourceLength(source)
  if beats then refuse(name, "is measured in beats.") end
  local from_s = take_value(take, "D_STARTOFFS")
  local to_s = from_s + item_value(item, "D_LENGTH") * take_value(take, "D_PLAYRATE")
  local part = { item = item, take = take, name = name, file = file, offset_s = from_s }
  local rate_hz = reaper.GetMediaSourceSampleRate(source)
  local whole = from_s < 0 or to_s > length_s + 0.5 / rate_hz
  if whole or reaper.GetTakeNumStretchMarkers(take) > 0 then return part end
  part.first = math.floor(from_s * rate_hz)
  part.after = math.min(math.ceil(to_s * rate_hz), math.floor(length_s * rate_hz + 0.5))
  part.offset_s = from_s - part.first / rate_hz
  return part
end

-- The parts of all selected items. Raises an error in words.
function items.selected()
  local found = {}
  for k = 0, reaper.CountSelectedMediaItems(0) - 1 do
    found[#found + 1] = items.part(reaper.GetSelectedMediaItem(0, k))
  end
  if #found == 0 then error({ words = "Select the items that are to be separated." }) end
  return found
end

local function copy_stretch(from, to)
  for k = 0, reaper.GetTakeNumStretchMarkers(from) - 1 do
    local _, at, source_at = reaper.GetTakeStretchMarker(from, k)
    reaper.SetTakeStretchMarker(to, -1, at, source_at)
    reaper.SetTakeStretchMarkerSlope(to, k, reaper.GetTakeStretchMarkerSlope(from, k))
  end
end

-- A new take in `item` that plays the stem's file as the part's own take plays its.
local function add_take(item, part, stem)
  local source = reaper.PCM_Source_CreateFromFile(stem.path)
  if not source then error({ words = "REAPER cannot open " .. stem.path }) end
  local take = reaper.AddTakeToMediaItem(item)
  reaper.SetMediaItemTake_Source(take, source)
  for _, name in ipairs(TAKE) do
    reaper.SetMediaItemTakeInfo_Value(take, name, take_value(part.take, name))
  end
  reaper.SetMediaItemTakeInfo_Value(take, "D_STARTOFFS", part.offset_s)
  copy_stretch(part.take, take)
  reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", part.name .. " " .. stem.name, true)
  return take
end

-- The stem as a take of the item itself. The take that was heard stays the active one.
function items.as_take(part, stem)
  add_take(part.item, part, stem)
end

-- The stem as an item of its own on this track.
function items.on_track(track, part, stem)
  local item = reaper.AddMediaItemToTrack(track)
  for _, name in ipairs(ITEM) do
    reaper.SetMediaItemInfo_Value(item, name, item_value(part.item, name))
  end
  add_take(item, part, stem)
end

return items
