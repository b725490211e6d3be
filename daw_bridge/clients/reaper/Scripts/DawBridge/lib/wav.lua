-- @noindex
-- WAV files of 32-bit float samples, written block by block.
local wav = {}
wav.__index = wav

local HEADER_BYTES, SAMPLE_BYTES, AT_ONCE = 58, 4, 128
local FLOAT, MOST_BYTES = 3, 2 ^ 32 - 1

-- A file of this form, `frames` long; those before `first` are silence and need not be written.
function wav.create(path, rate_hz, channels, frames, first)
  local frame_bytes = channels * SAMPLE_BYTES
  local bytes = frames * frame_bytes
  if bytes + HEADER_BYTES > MOST_BYTES then
    error({ words = "This is longer than a WAV file can hold: " .. path })
  end
  local file, problem = io.open(path, "wb")
  if not file then error({ words = "This file cannot be written: " .. problem }) end
  local self = setmetatable({ file = file, path = path }, wav)
  self:put(string.pack("<c4I4c4", "RIFF", HEADER_BYTES - 8 + bytes, "WAVE"))
  self:put(string.pack("<c4I4I2I2I4I4I2I2I2", "fmt ", 18, FLOAT, channels, rate_hz,
    rate_hz * frame_bytes, frame_bytes, 8 * SAMPLE_BYTES, 0))
  self:put(string.pack("<c4I4I4", "fact", 4, frames))
  self:put(string.pack("<c4I4", "data", bytes))
  file:seek("set", HEADER_BYTES + first * frame_bytes) -- systems fill what is left out with zeros
  return self
end

function wav:put(bytes)
  local good, problem = self.file:write(bytes)
  if not good then error({ words = "This file cannot be written: " .. problem }) end
end

-- Samples of all channels in turn, times `gain`.
function wav:write(samples, gain)
  for k, value in ipairs(samples) do samples[k] = value * gain end
  local parts = {}
  for from = 1, #samples, AT_ONCE do
    local to = math.min(from + AT_ONCE - 1, #samples)
    parts[#parts + 1] = string.pack("<" .. ("f"):rep(to - from + 1), table.unpack(samples, from, to))
  end
  self:put(table.concat(parts))
end

function wav:close()
  self.file:close()
end

return wav
