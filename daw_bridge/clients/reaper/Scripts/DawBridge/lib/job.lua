-- @noindex
-- One file that is being separated: started, followed by its lines of JSON, cancelled by a file.
local command = require("command")
local json = require("json")

local job = {}
job.__index = job

local BEGINS_WITHIN_S, CANCELS_WITHIN_S = 60, 15
local started = 0

local function say(path)
  local file = assert(io.open(path, "wb"))
  file:close()
end

-- Starts it. `arguments` of `ctl separate` beside those for us. Its files of control lie in REAPER's
-- own folder.
function job.start(file, arguments)
  started = started + 1
  local folder = reaper.GetResourcePath() .. "/DawBridge"
  reaper.RecursiveCreateDirectory(folder, 0)
  local stamp = string.format("%s/job-%d-%d", folder, math.floor(reaper.time_precise() * 1000), started)
  local self = setmetatable({ at = 0, stems = {}, fraction = 0, rest = "" }, job)
  self.lines, self.stop = stamp .. ".jsonl", stamp .. ".stop"
  self.since = reaper.time_precise()
  local all = { "ctl", "separate", "--json", "--to", self.lines, "--stop-file", self.stop }
  for _, word in ipairs(arguments) do all[#all + 1] = word end
  all[#all + 1] = "--"
  all[#all + 1] = file
  command.start(all)
  return self
end

function job:cancel()
  if not self.cancelled then
    self.cancelled = reaper.time_precise()
    say(self.stop)
  end
end

local function heard(self, event)
  if event.type == "job.progress" then
    self.fraction, self.left_s = event.fraction, event.eta_s
  elseif event.type == "job.stem" then
    self.stems[#self.stems + 1] = { name = event.name, path = event.path }
  elseif event.type == "job.fail" or event.type == "fail" then
    self.problem = event.message
    self.ended = event.type == "fail" or self.ended
  elseif event.type == "job.notice" then
    self.notice = event.message
  elseif event.type == "summary" then
    self.ended = true
  end
end

-- Reads what has come. Once `ended`, `stems` or `problem` (in words) says how.
function job:poll()
  local file = io.open(self.lines, "rb")
  if file then
    file:seek("set", self.at)
    local text = file:read("a")
    file:close()
    self.at = self.at + #text
    self.rest = self.rest .. text
    for line, to in self.rest:gmatch("([^\n]*)\n()") do
      heard(self, json.decode(line))
      self.read_to = to
    end
    self.rest, self.read_to = self.rest:sub(self.read_to or 1), nil
  end
  local now = reaper.time_precise()
  if self.at == 0 and now - self.since > BEGINS_WITHIN_S then
    self.problem, self.ended = "daw-bridge did not start.", true
  elseif self.cancelled and now - self.cancelled > CANCELS_WITHIN_S then
    self.ended = true
  end
  if self.ended then self:close() end
end

function job:close()
  os.remove(self.lines)
  os.remove(self.stop)
end

return job
