-- A stand-in of REAPER: each function that our scripts use, with the arguments and results of the
-- published ReaScript API. What REAPER would not take is an error here.
-- lua5.4 reaper_api.lua STATE.json SCRIPT: runs the script and its defer loop, prints the project.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/../../daw_bridge/clients/reaper/Scripts/DawBridge/lib/?.lua;" .. here .. "/?.lua;"
  .. package.path
local audio = require("reaper_audio")
local fx = require("reaper_fx")
local json = require("json")

local file = assert(io.open(arg[1]))
local state = json.decode(file:read("a"))
file:close()

local ITEM = { D_POSITION = 0, D_LENGTH = 0, D_VOL = 1, D_SNAPOFFSET = 0, D_FADEINLEN = 0,
  D_FADEOUTLEN = 0, D_FADEINDIR = 0, D_FADEOUTDIR = 0, D_FADEINLEN_AUTO = -1,
  D_FADEOUTLEN_AUTO = -1, C_FADEINSHAPE = 0, C_FADEOUTSHAPE = 0, B_LOOPSRC = 1,
  C_BEATATTACHMODE = -1, I_CUSTOMCOLOR = 0, B_MUTE = 0, C_LOCK = 0 }
local TAKE = { D_VOL = 1, D_PAN = 0, D_PANLAW = -1, D_PLAYRATE = 1, D_PITCH = 0, B_PPITCH = 1,
  I_CHANMODE = 0, I_PITCHMODE = -1, I_STRETCHFLAGS = 0, F_STRETCHFADESIZE = 0.0025,
  I_CUSTOMCOLOR = 0, D_STARTOFFS = 0 }
local TRACK = { I_FOLDERDEPTH = 0, IP_TRACKNUMBER = 0, I_RECMODE = 0, B_MAINSEND = 1 }

-- Objects.
local function made(kind, values, usual)
  local object = { kind = kind, values = {} }
  for name, value in pairs(usual) do object.values[name] = value end
  for name, value in pairs(values or {}) do
    assert(usual[name] ~= nil, name)
    object.values[name] = value
  end
  return object
end

local tracks, selected, deferred, picked, told = {}, {}, {}, {},
  { messages = {}, asked = {}, undo = {}, blocks = 0 }
local depth, refresh = 0, 0

local function take_of(given)
  local take = made("MediaItem_Take", given.values, TAKE)
  take.name, take.marks, take.midi = given.name or "", given.marks or {}, given.midi or false
  take.envelopes = given.envelopes or 0
  take.source = { kind = "PCM_source", given = given.source or {} }
  return take
end

for _, track_given in ipairs(state.tracks) do
  local track = made("MediaTrack", track_given.values, TRACK)
  track.name, track.items = track_given.name, {}
  track.fx, track.ext = track_given.fx or {}, track_given.ext or {}
  tracks[#tracks + 1] = track
  if track_given.selected then picked[#picked + 1] = track end
  for _, given in ipairs(track_given.items or {}) do
    local item = made("MediaItem", given.values, ITEM)
    item.track, item.takes, item.ext = track, { given.take and take_of(given.take) }, given.ext or {}
    track.items[#track.items + 1] = item
    if given.selected then selected[#selected + 1] = item end
  end
end

-- Programs. REAPER splits a command line at spaces and takes quotes away; it knows no escapes.
local function words(line)
  local found, at = {}, 1
  while line:find("%S", at) do
    at = line:find("%S", at)
    local mark = line:match("^[\"']", at)
    local word, to = line:match(mark and "^" .. mark .. "([^" .. mark .. "]*)" .. mark .. "()"
      or "^(%S+)()", at)
    found[#found + 1] = "'" .. assert(word, line):gsub("'", "'\\''") .. "'"
    at = to
  end
  return table.concat(found, " ")
end

local function run(line, timeout)
  if timeout < 0 then
    os.execute(words(line) .. " >/dev/null 2>&1 </dev/null &")
    return "0\n"
  end
  local pipe = io.popen(words(line) .. " 2>/dev/null")
  local output = pipe:read("a")
  local _, _, code = pipe:close()
  if code == 127 then return nil end
  return code .. "\n" .. output
end

-- An attribute of an object: it must be one that is known.
local function get(object, name)
  return assert(object.values[name], name) + 0.0
end

local function set(object, name, value)
  assert(object.values[name], name)
  object.values[name] = value
  return true
end

local extended

local function text(object, name, value, new)
  if name:match("^P_EXT:") then return extended(object, name, value, new) end
  assert(name == "P_NAME", name)
  if new then object.name = value end
  return true, object.name
end

-- Extension data of an object: P_EXT:key; an empty text where there is none.
function extended(object, name, value, new)
  local key = assert(name:match("^P_EXT:(.+)$"), name)
  object.ext = object.ext or {}
  if new then object.ext[key] = value ~= "" and value or nil end
  return object.ext[key] ~= nil, object.ext[key] or ""
end

local function source_of(take) return take.source.given end

-- name = { arguments, results, what it does }
local API = {
  AddMediaItemToTrack = { "MediaTrack", "MediaItem", function(track)
    local item = made("MediaItem", {}, ITEM)
    item.track, item.takes = track, {}
    track.items[#track.items + 1] = item
    return item
  end },
  AddTakeToMediaItem = { "MediaItem", "MediaItem_Take", function(item)
    if state.fails_at_take then error("no more takes") end
    item.takes[#item.takes + 1] = take_of({})
    return item.takes[#item.takes]
  end },
  CountSelectedMediaItems = { "ReaProject", "integer", function() return #selected end },
  CountSelectedTracks = { "ReaProject", "integer", function() return #picked end },
  CountTakeEnvelopes = { "MediaItem_Take", "integer", function(take) return take.envelopes end },
  CountTakes = { "MediaItem", "integer", function(item) return #item.takes end },
  CountTracks = { "ReaProject", "integer", function() return #tracks end },
  ExecProcess = { "string integer", "string?", run },
  GetActiveTake = { "MediaItem", "MediaItem_Take?", function(item) return item.takes[1] end },
  GetExtState = { "string string", "string", function(_, key)
    return state.ext and state.ext[key] or ""
  end },
  GetMediaItemInfo_Value = { "MediaItem string", "number", get },
  GetMediaItemTakeInfo_Value = { "MediaItem_Take string", "number", get },
  GetMediaItemTake_Source = { "MediaItem_Take", "PCM_source?", function(take) return take.source end },
  GetMediaItem_Track = { "MediaItem", "MediaTrack", function(item) return item.track end },
  GetMediaSourceFileName = { "PCM_source", "string", function(source) return source.given.file or "" end },
  GetMediaSourceLength = { "PCM_source", "number boolean", function(source)
    return source.given.length_s, false
  end },
  GetMediaSourceNumChannels = { "PCM_source", "integer", function(source)
    return audio.channels(source.given.file)
  end },
  GetMediaSourceSampleRate = { "PCM_source", "integer", function(source) return source.given.rate_hz end },
  GetMediaTrackInfo_Value = { "MediaTrack string", "number", function(track, name)
    for k, one in ipairs(tracks) do
      if one == track and name == "IP_TRACKNUMBER" then return k + 0.0 end
    end
    return get(track, name)
  end },
  GetOS = { "", "string", function() return state.os or "Other" end },
  GetProjectPath = { "", "string", function() return state.folder end },
  GetResourcePath = { "", "string", function() return state.folder .. "/reaper" end },
  GetSelectedMediaItem = { "ReaProject integer", "MediaItem?", function(_, k) return selected[k + 1] end },
  GetSelectedTrack = { "ReaProject integer", "MediaTrack?", function(_, k) return picked[k + 1] end },
  GetSetMediaItemInfo_String = { "MediaItem string string boolean", "boolean string", extended },
  GetSetMediaItemTakeInfo_String = { "MediaItem_Take string string boolean", "boolean string", text },
  GetSetMediaTrackInfo_String = { "MediaTrack string string boolean", "boolean string", text },
  GetTake = { "MediaItem integer", "MediaItem_Take?", function(item, k) return item.takes[k + 1] end },
  GetTakeName = { "MediaItem_Take", "string", function(take) return take.name end },
  GetTakeNumStretchMarkers = { "MediaItem_Take", "integer", function(take) return #take.marks end },
  GetTakeStretchMarker = { "MediaItem_Take integer", "integer number number", function(take, k)
    local mark = take.marks[k + 1]
    return mark and k or -1, mark and mark[1] or 0.0, mark and mark[2] or 0.0
  end },
  GetTakeStretchMarkerSlope = { "MediaItem_Take integer", "number", function(take, k)
    return take.marks[k + 1][3] or 0.0
  end },
  GetTrack = { "ReaProject integer", "MediaTrack?", function(_, k) return tracks[k + 1] end },
  GetUserInputs = { "string integer string string", "boolean string", function(_, count, captions, values)
    local asked = 0
    for one in captions:gmatch("[^,]+") do
      if not one:match("^extrawidth=%d+$") and not one:match("^separator=.$") then asked = asked + 1 end
    end
    assert(asked == count, captions)
    told.asked[#told.asked + 1] = captions
    local answer = table.remove(state.inputs, 1)
    return answer ~= nil, answer or values
  end },
  HasExtState = { "string string", "boolean", function(_, key)
    return state.ext ~= nil and state.ext[key] ~= nil
  end },
  InsertTrackAtIndex = { "integer boolean", "", function(at)
    assert(at >= 0 and at <= #tracks, at)
    local track = made("MediaTrack", {}, TRACK)
    track.name, track.items = "", {}
    table.insert(tracks, at + 1, track)
  end },
  PCM_Source_CreateFromFile = { "string", "PCM_source?", function(path)
    local there = io.open(path, "rb")
    if not there then return nil end
    there:close()
    return { kind = "PCM_source", given = { file = path } }
  end },
  PCM_Source_GetSectionInfo = { "PCM_source", "boolean number number boolean", function(source)
    return source.given.section or false, 0.0, 0.0, source.given.reversed or false
  end },
  PreventUIRefresh = { "integer", "", function(by) refresh = refresh + by end },
  RecursiveCreateDirectory = { "string integer", "integer", function(path)
    os.execute("mkdir -p '" .. path .. "'")
    return 1
  end },
  SetExtState = { "string string string boolean", "", function(_, key, value)
    state.ext = state.ext or {}
    state.ext[key] = value
  end },
  SetMediaItemInfo_Value = { "MediaItem string number", "boolean", set },
  SetMediaItemTakeInfo_Value = { "MediaItem_Take string number", "boolean", set },
  SetMediaItemTake_Source = { "MediaItem_Take PCM_source", "boolean", function(take, source)
    take.source = source
    return true
  end },
  SetMediaTrackInfo_Value = { "MediaTrack string number", "boolean", set },
  SetTakeStretchMarker = { "MediaItem_Take integer number number?", "integer", function(take, k, at, source_at)
    assert(k == -1)
    take.marks[#take.marks + 1] = { at, source_at }
    return #take.marks - 1
  end },
  SetTakeStretchMarkerSlope = { "MediaItem_Take integer number", "boolean", function(take, k, slope)
    assert(take.marks[k + 1])[3] = slope
    return true
  end },
  ShowMessageBox = { "string string integer", "integer", function(message)
    told.messages[#told.messages + 1] = message
    return state.answer or 1
  end },
  TakeIsMIDI = { "MediaItem_Take", "boolean", function(take) return take.midi end },
  TrackList_AdjustWindows = { "boolean", "", function() end },
  Undo_BeginBlock = { "", "", function() depth = depth + 1 end },
  Undo_EndBlock = { "string integer", "", function(title)
    depth = depth - 1
    told.undo[#told.undo + 1] = title
  end },
  UpdateArrange = { "", "", function() end },
  defer = { "function", "boolean", function(call)
    deferred[#deferred + 1] = call
    return true
  end },
  time_precise = { "", "number", function()
    local pipe = io.popen("date +%s.%N")
    local now = tonumber(pipe:read("a"))
    pipe:close()
    return now
  end },
}

for _, more in ipairs({ audio.API, fx.API }) do
  for name, row in pairs(more) do API[name] = row end
end
if state.reastream ~= nil then fx.reastream = state.reastream or nil end

local function is_a(value, kind)
  if kind:sub(-1) == "?" then return value == nil or is_a(value, kind:sub(1, -2)) end
  if kind == "ReaProject" then return value == 0 end
  if kind == "integer" then return math.type(value) == "integer" end
  if type(value) ~= "table" then return type(value) == kind end
  return value.kind == kind
end

local function check(name, what, kinds, values)
  local expected = {}
  for kind in kinds:gmatch("%S+") do expected[#expected + 1] = kind end
  assert(values.n <= #expected, name .. ": too many " .. what)
  for k, kind in ipairs(expected) do
    if not is_a(values[k], kind) then
      error(string.format("%s: %s %d is no %s: %s", name, what, k, kind, tostring(values[k])), 3)
    end
  end
end

local function strict(kind, known)
  return setmetatable({}, { __index = function(_, name)
    local row = known[name] or error("no " .. kind .. "." .. tostring(name), 2)
    return function(...)
      check(name, "argument", row[1], table.pack(...))
      local results = table.pack(row[3](...))
      check(name, "result", row[2], results)
      return table.unpack(results, 1, results.n)
    end
  end })
end

reaper = strict("reaper", API)
local turns, open = 0, 0
gfx = strict("gfx", {
  init = { "string integer integer", "", function() open = open + 1 end },
  quit = { "", "", function() open = 0 end },
  getchar = { "", "integer", function()
    turns = turns + 1
    return turns >= (state.closed_after or math.huge) and -1 or 0
  end },
  set = { "number number number number", "", function() end },
  rect = { "integer integer integer integer boolean", "", function() end },
  drawstr = { "string", "", function(shown) told.drawn = shown end },
  update = { "", "", function() end },
})

local function encoded(value)
  if type(value) == "string" then
    return '"' .. value:gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local parts = {}
  for _, one in ipairs(value) do parts[#parts + 1] = encoded(one) end
  if #parts > 0 or next(value) == nil then return "[" .. table.concat(parts, ",") .. "]" end
  for key, one in pairs(value) do parts[#parts + 1] = encoded(key) .. ":" .. encoded(one) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function drawn(item)
  local takes = {}
  for k, take in ipairs(item.takes) do
    takes[k] = { name = take.name, values = take.values, file = source_of(take).file, marks = take.marks }
  end
  return { values = item.values, takes = takes, ext = item.ext or {} }
end

local good, problem = xpcall(dofile, debug.traceback, arg[2])
local ends = os.time() + 90
while good and deferred[1] do
  good = os.time() < ends
  problem = "the script does not end"
  local now = deferred
  deferred = {}
  for _, call in ipairs(now) do
    if good then good, problem = xpcall(call, debug.traceback) end
  end
  os.execute("sleep 0.05")
end

told.tracks, told.ext, told.open, told.depth = {}, state.ext or {}, open + audio.open(), depth
told.refresh, told.floating, told.problem = refresh, fx.shown, not good and problem or nil
for k, track in ipairs(tracks) do
  local items = {}
  for n, item in ipairs(track.items) do items[n] = drawn(item) end
  told.tracks[k] = { name = track.name, depth = track.values.I_FOLDERDEPTH, items = items,
    values = track.values, fx = track.fx or {}, ext = track.ext or {} }
end
print(encoded(told))
