-- @noindex
-- Live stems over ReaStream: a track for each output of the server, and one for the delayed mix.
local tracks = require("tracks")

local live = {}

local FX = { "ReaStream (Cockos)", "ReaStream" } -- its name differs between versions
local MARK, FOLDER = "P_EXT:daw-bridge-receives", " folder" -- no identifier begins with a space
local RECORD_OUTPUT, FLOATING = 1, 3

local function name_of(track)
  local _, name = reaper.GetSetMediaTrackInfo_String(track, "P_NAME", "", false)
  return name
end

local function mark_of(track)
  local _, mark = reaper.GetSetMediaTrackInfo_String(track, MARK, "", false)
  return mark
end

-- The one selected track, which is none of ours: stems that were sent back would go round and
-- round. Raises an error in words.
function live.source()
  if reaper.CountSelectedTracks(0) ~= 1 then
    error({ words = "Select one track: the one that is to be separated." })
  end
  local track = reaper.GetSelectedTrack(0, 0)
  if mark_of(track) ~= "" then
    error({ words = "'" .. name_of(track) .. "' has live stems already. Select the track of the "
      .. "song: stems that are sent to be separated would go round in a loop." })
  end
  return track
end

-- What the port sends: identifiers in order, the delayed mix's last. Raises an error in words.
local function identifiers(health)
  local found = {}
  for _, one in ipairs(health.sends) do
    if one ~= "" then found[#found + 1] = one end
  end
  if #found == 0 then
    error({ words = "The server does not send over ReaStream. Start it with the options\n\n"
      .. "    --io reastream --reastream-id song\n\n(the last line of 'Choose model, stems and "
      .. "steps').\n\nIt says: " .. health.io_state })
  end
  return found
end

-- The number of ReaStream among the track's effects, and whether it was added now.
local function reastream(track)
  for k = 0, reaper.TrackFX_GetCount(track) - 1 do
    local _, name = reaper.TrackFX_GetFXName(track, k)
    if name:find("ReaStream", 1, true) then return k, false end
  end
  for _, name in ipairs(FX) do
    local k = reaper.TrackFX_AddByName(track, name, false, -1)
    if k >= 0 then return k, true end
  end
  error({ words = "This REAPER has no ReaStream.\n\nIt is part of REAPER; if it was left out, "
    .. "install REAPER again, or ReaPlugs (Windows)." })
end

-- Those of the identifiers that no track of the project receives yet.
local function missing(wanted)
  local there, found = {}, {}
  for k = 0, reaper.CountTracks(0) - 1 do
    there[mark_of(reaper.GetTrack(0, k))] = true
  end
  for _, one in ipairs(wanted) do
    if not there[one] then found[#found + 1] = one end
  end
  return found
end

-- Closes the folders that the last track leaves open: what comes behind must not be sent along.
local function close_folders()
  local count, open = reaper.CountTracks(0), 0
  for k = 0, count - 1 do
    open = open + reaper.GetMediaTrackInfo_Value(reaper.GetTrack(0, k), "I_FOLDERDEPTH")
  end
  if open <= 0 then return end
  local last = reaper.GetTrack(0, count - 1)
  local depth = reaper.GetMediaTrackInfo_Value(last, "I_FOLDERDEPTH")
  reaper.SetMediaTrackInfo_Value(last, "I_FOLDERDEPTH", depth - open)
end

-- `dry` is the delayed mix's identifier: its track does not go to the master, as the stems sum to it.
local function add_receivers(title, names, dry)
  close_folders()
  local at = reaper.CountTracks(0)
  local found = tracks.folder(at, title, names)
  reaper.GetSetMediaTrackInfo_String(reaper.GetTrack(0, at), MARK, FOLDER, true)
  if found[dry] then reaper.SetMediaTrackInfo_Value(found[dry], "B_MAINSEND", 0) end
  for _, name in ipairs(names) do
    reastream(found[name])
    reaper.GetSetMediaTrackInfo_String(found[name], MARK, name, true)
    reaper.SetMediaTrackInfo_Value(found[name], "I_RECMODE", RECORD_OUTPUT)
  end
end

local function told(source, health, names, added)
  local lines = { "A script cannot set ReaStream. Please set, once:", "",
    "'" .. name_of(source) .. "': send, identifier " .. health.hears[1] }
  for k = 2, #health.hears do
    lines[#lines + 1] = "a known stem's track: add ReaStream, send, identifier " .. health.hears[k]
  end
  lines[#lines + 1] = "each of these tracks: receive, identifier as the track is called"
  for _, name in ipairs(names) do lines[#lines + 1] = "    " .. name end
  lines[#lines + 1] = ""
  lines[#lines + 1] = added and "Then select these tracks and save them as a track template: the "
    .. "next project needs no setting." or "All of these tracks are there already."
  lines[#lines + 1] = ""
  lines[#lines + 1] = "The server says: " .. health.io_state
  return table.concat(lines, "\n")
end

-- Adds what is missing, in one step of undo, and takes the source off the master: its stems are
-- heard in its place. Returns what is left to do, in words.
function live.add(source, health)
  local wanted = identifiers(health)
  local new = missing(wanted)
  local sender, added
  tracks.undoable("Add tracks for live stems", function()
    sender, added = reastream(source)
    local dry = health.sends[#health.sends]
    if #new > 0 then add_receivers(name_of(source) .. " live stems", new, dry) end
    reaper.SetMediaTrackInfo_Value(source, "B_MAINSEND", 0)
  end)
  if added then reaper.TrackFX_Show(source, sender, FLOATING) end
  return told(source, health, wanted, #new > 0)
end

return live
