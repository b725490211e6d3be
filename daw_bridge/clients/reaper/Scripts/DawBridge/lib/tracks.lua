-- @noindex
-- The tracks of stems: a folder below the track that the items are on.
local items = require("items")

local tracks = {}

local function add(at, name)
  reaper.InsertTrackAtIndex(at, true)
  local track = reaper.GetTrack(0, at)
  reaper.GetSetMediaTrackInfo_String(track, "P_NAME", name, true)
  return track
end

-- The number of tracks down to the last one that the items are on: new tracks go behind it.
local function behind(parts)
  local last = 0
  for _, part in ipairs(parts) do
    local track = reaper.GetMediaItem_Track(part.item)
    last = math.max(last, math.floor(reaper.GetMediaTrackInfo_Value(track, "IP_TRACKNUMBER")))
  end
  return last
end

-- Names of stems in the order in which they first come.
local function names_of(parts)
  local names, seen = {}, {}
  for _, part in ipairs(parts) do
    for _, stem in ipairs(part.stems) do
      if not seen[stem.name] then names[#names + 1] = stem.name end
      seen[stem.name] = true
    end
  end
  return names
end

-- A folder with a track for each name; name -> its track. `at` counts the tracks above.
function tracks.folder(at, title, names)
  local parent, found = add(at, title), {}
  for k, name in ipairs(names) do found[name] = add(at + k, name) end
  if #names > 0 then
    reaper.SetMediaTrackInfo_Value(parent, "I_FOLDERDEPTH", 1)
    reaper.SetMediaTrackInfo_Value(found[names[#names]], "I_FOLDERDEPTH", -1)
  end
  return found
end

local function lay(parts, layout)
  if layout == "takes" then
    for _, part in ipairs(parts) do
      for _, stem in ipairs(part.stems) do items.as_take(part, stem) end
    end
    return
  end
  local title = #parts == 1 and parts[1].name .. " stems" or "stems"
  local found = tracks.folder(behind(parts), title, names_of(parts))
  for _, part in ipairs(parts) do
    for _, stem in ipairs(part.stems) do items.on_track(found[stem.name], part, stem) end
    reaper.SetMediaItemInfo_Value(part.item, "B_MUTE", 1)
  end
end

-- Runs `change()` as one step of undo, whatever becomes of it. Raises what it raises.
function tracks.undoable(title, change)
  reaper.Undo_BeginBlock()
  reaper.PreventUIRefresh(1)
  local good, problem = pcall(change)
  reaper.PreventUIRefresh(-1)
  reaper.TrackList_AdjustWindows(false)
  reaper.UpdateArrange()
  reaper.Undo_EndBlock(title, -1)
  if not good then error(problem, 0) end
end

-- The stems of every part into the project; `layout`: tracks, takes.
function tracks.place(parts, layout)
  tracks.undoable("Separate items into stems", function() lay(parts, layout) end)
end

return tracks
