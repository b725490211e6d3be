-- @noindex
-- Stems that lie on tracks already: what they are called, and their audio beside an item's file.
local command = require("command")
local wav = require("wav")

local known = {}

local TITLE = "daw-bridge: known stems"
local STEP_FRAMES = 16384

local function refuse(part, why)
  error({ words = 'The item "' .. part.name .. '" ' .. why .. " Known stems cannot be lined up "
    .. "with its file.\n\nGlue it first (Item > Glue items)." })
end

local function name_of(track)
  local _, name = reaper.GetSetMediaTrackInfo_String(track, "P_NAME", "", false)
  return name
end

-- The selected tracks but the parts' own, which a click on an item selects, too.
function known.tracks(parts)
  local own, found = {}, {}
  for _, part in ipairs(parts) do own[reaper.GetMediaItem_Track(part.item)] = true end
  for k = 0, reaper.CountSelectedTracks(0) - 1 do
    local track = reaper.GetSelectedTrack(0, k)
    if not own[track] then found[#found + 1] = track end
  end
  if #found == 0 then
    error({ words = "Select the tracks that hold stems you already have, too.\n\n"
      .. "They are other tracks than the items' own." })
  end
  return found
end

-- The stems of the model that will be used; none where it is not among the installed ones.
local function stems_of(model)
  local answer, problem = command.ask("models")
  if not answer then error({ words = problem.words }) end
  for _, one in ipairs(answer.models) do
    if one.name == model then return one.stems end
  end
  return {}
end

-- Asks for the stem on this track; nil where the dialog is cancelled.
local function asked(track, name, stems)
  local caption = "What is on '" .. name:gsub("[,\n]", " ") .. "'?"
  local hint = #stems > 0 and " (" .. table.concat(stems, " ") .. ")" or ""
  while true do
    local ok, text = reaper.GetUserInputs(TITLE, 1, caption .. hint .. ",extrawidth=200",
      (name:lower():gsub("[^%w_-]+", "-")))
    if not ok then return nil end
    local stem = text:match("^%s*(.-)%s*$")
    if stem:match("^[%l%d_-]+$") and stem ~= "mix" and stem ~= "residual" then
      return { track = track, stem = stem, title = name }
    end
    reaper.ShowMessageBox("A stem's name has a-z, 0-9, _ and -.", TITLE, 0)
  end
end

-- These tracks with the names of their stems: {track, stem, title} each; nil: cancelled.
-- A track that is called as one of the model's stems is that stem; for others it asks.
function known.named(tracks, model)
  local stems, found, taken = stems_of(model), {}, {}
  for _, track in ipairs(tracks) do
    local name, one = name_of(track), nil
    for _, stem in ipairs(stems) do
      if name:lower() == stem then one = { track = track, stem = stem, title = name } end
    end
    one = one or asked(track, name, stems)
    if not one then return nil end
    if taken[one.stem] then
      error({ words = "Two of the tracks are " .. one.stem .. ": '" .. taken[one.stem] .. "' and '"
        .. name .. "'.\n\nRender them into one track first." })
    end
    taken[one.stem] = name
    found[#found + 1] = one
  end
  return found
end

-- Raises an error where project time and the part's file do not run side by side.
function known.check(part)
  local take, item = part.take, part.item
  local function value(name) return reaper.GetMediaItemTakeInfo_Value(take, name) end
  if not part.first then refuse(part, "has stretch markers, or loops.") end
  if value("D_PLAYRATE") ~= 1 then refuse(part, "is played at another speed.") end
  if value("D_PITCH") ~= 0 then refuse(part, "is played at another pitch.") end
  part.gain = value("D_VOL") * reaper.GetMediaItemInfo_Value(item, "D_VOL")
  if part.gain == 0 then refuse(part, "is silent: its volume is nothing.") end
  local source = reaper.GetMediaItemTake_Source(take)
  part.rate_hz = reaper.GetMediaSourceSampleRate(source)
  part.channels = reaper.GetMediaSourceNumChannels(source)
  part.at_s = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
    + part.first / part.rate_hz - value("D_STARTOFFS")
end

-- The track's audio beside the part, as a file that lines up with the part's own: `step()` writes
-- on, true while there is more; `close()` ends it, done or not.
local function writer(part, track, path)
  local reads = reaper.CreateTrackAudioAccessor(track)
  local buffer = reaper.new_array(STEP_FRAMES * part.channels)
  local file = wav.create(path, part.rate_hz, part.channels, part.after, part.first)
  local self = { heard = false, fraction = 0 }
  local at = part.first

  function self.step()
    local frames = math.min(STEP_FRAMES, part.after - at)
    local from_s = part.at_s + (at - part.first) / part.rate_hz
    buffer.clear()
    local got = reaper.GetAudioAccessorSamples(reads, part.rate_hz, part.channels, from_s, frames,
      buffer)
    if got < 0 then error({ words = "REAPER cannot read the audio of a selected track." }) end
    self.heard = self.heard or got > 0
    file:write(buffer.table(1, frames * part.channels), 1 / part.gain)
    at = at + frames
    self.fraction = (at - part.first) / (part.after - part.first)
    return at < part.after
  end

  function self.close()
    file:close()
    reaper.DestroyAudioAccessor(reads)
  end

  return self
end

-- Writes the stems' audio beside the part, a little with each `step()`; true while there is more.
-- Then `arguments` are those of `ctl separate`, and `left_out` says in words what is not among them.
-- `remove()` takes the files away, whatever was written.
function known.beside(part, stems, prefix)
  local self = { arguments = {}, left_out = {}, fraction = 0 }
  local k, now, paths = 0, nil, {}

  local function ended()
    now.close()
    local one = stems[k]
    if now.heard then
      self.arguments[#self.arguments + 1] = "--known"
      self.arguments[#self.arguments + 1] = one.stem .. "=" .. paths[k]
    else
      self.left_out[#self.left_out + 1] = "'" .. one.title .. "' has no audio beside it, so "
        .. one.stem .. " was separated from the mix."
    end
    now = nil
  end

  function self.step()
    if not now then
      k = k + 1
      if not stems[k] then return false end
      paths[k] = prefix .. " known " .. stems[k].stem .. ".wav"
      now = writer(part, stems[k].track, paths[k])
    end
    local more = now.step()
    self.fraction = (k - 1 + now.fraction) / #stems
    if not more then ended() end
    return true
  end

  function self.remove()
    if now then now.close() end
    now = nil
    for _, path in ipairs(paths) do os.remove(path) end
  end

  return self
end

return known
