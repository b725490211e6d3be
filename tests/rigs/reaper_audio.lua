-- Audio accessors of the stand-in of REAPER: what a track's items play, read from their WAV files.
local audio = {}

local files = {}

-- (channels, rate_hz, samples of all channels in turn) of a WAV file of 32-bit float samples.
local function wav(path)
  if files[path] then return table.unpack(files[path]) end
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  assert(text:sub(1, 4) == "RIFF" and text:sub(9, 12) == "WAVE", path)
  local at, form, channels, rate_hz = 13, nil, nil, nil
  while text:sub(at, at + 3) ~= "data" do
    local name, bytes = string.unpack("<c4I4", text, at)
    if name == "fmt " then form, channels, rate_hz = string.unpack("<I2I2I4", text, at + 8) end
    at = at + 8 + bytes + bytes % 2
  end
  assert(form == 3, path)
  local samples, from = {}, at + 8
  for k = 1, string.unpack("<I4", text, at + 4) // 4 do
    samples[k] = string.unpack("<f", text, from + 4 * (k - 1))
  end
  files[path] = { channels, rate_hz, samples }
  return channels, rate_hz, samples
end

function audio.channels(path)
  return (wav(path))
end

-- Adds what the item plays from `from_s` on; whether it plays anything there.
local function add(item, rate_hz, channels, from_s, frames, into)
  local take = item.takes[1]
  if item.values.B_MUTE ~= 0 or not take then return false end
  local own, source_hz, samples = wav(take.source.given.file)
  local gain, any = item.values.D_VOL * take.values.D_VOL, false
  for k = 0, frames - 1 do
    local inside_s = from_s + k / rate_hz - item.values.D_POSITION
    if inside_s > -0.5 / rate_hz and inside_s < item.values.D_LENGTH - 0.5 / rate_hz then
      any = true
      local source_s = take.values.D_STARTOFFS + inside_s * take.values.D_PLAYRATE
      local at = math.floor(source_s * source_hz + 0.5) * own
      for c = 1, channels do
        local value = samples[at + math.min(c, own)] or 0
        into[k * channels + c] = into[k * channels + c] + gain * value
      end
    end
  end
  return any
end

-- A `reaper.array`: its methods are called with a dot.
local function new_array(size)
  local values = {}
  for k = 1, size do values[k] = 0.0 end
  return { kind = "array", values = values,
    clear = function(value)
      for k = 1, size do values[k] = value or 0.0 end
    end,
    table = function(offset, count)
      assert(offset >= 1 and offset + count - 1 <= size, "beyond the array")
      return table.move(values, offset, offset + count - 1, 1, {})
    end }
end

local open = 0

function audio.open() return open end

audio.API = {
  CreateTrackAudioAccessor = { "MediaTrack", "AudioAccessor", function(track)
    open = open + 1
    return { kind = "AudioAccessor", track = track }
  end },
  DestroyAudioAccessor = { "AudioAccessor", "", function(accessor)
    assert(accessor.track, "destroyed twice")
    accessor.track, open = nil, open - 1
  end },
  GetAudioAccessorSamples = { "AudioAccessor integer integer number integer array", "integer",
    function(accessor, rate_hz, channels, from_s, frames, buffer)
      assert(frames * channels <= #buffer.values, "beyond the array")
      local any = false
      for _, item in ipairs(accessor.track.items) do
        any = add(item, rate_hz, channels, from_s, frames, buffer.values) or any
      end
      return any and 1 or 0
    end },
  new_array = { "integer", "array", new_array },
}

return audio
