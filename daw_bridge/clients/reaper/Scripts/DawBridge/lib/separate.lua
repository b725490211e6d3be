-- Separates parts one after the other, with a window, and puts the stems into the project.
local job = require("job")
local running = require("running")
local settings = require("settings")
local tracks = require("tracks")
local window = require("window")

local separate = {}

-- A folder for this run's stems beside the project's other recordings.
local function folder()
  return reaper.GetProjectPath() .. "/daw-bridge/" .. os.date("%Y-%m-%d %H-%M-%S")
end

local function arguments_of(part, chosen, output)
  local found = { "-o", output }
  local function add(...)
    for _, word in ipairs({ ... }) do found[#found + 1] = word end
  end
  if chosen.model ~= "" then add("--model", chosen.model) end
  if chosen.stems ~= "" then add("--stems", (chosen.stems:gsub("[ ,]+", ","))) end
  if chosen.steps ~= "0" then add("--steps", chosen.steps) end
  if part.first then
    add("--start", part.first .. "samples", "--end", part.after .. "samples")
  end
  return found
end

-- Begins; the stems come into the project when all parts are done. What fails is said then.
function separate.run(parts)
  local chosen, output = settings.read(), folder()
  local k, now = 0, nil

  local done, problems = {}, {}

  local function finish()
    window.close()
    if now.cancelled then return end
    if #done > 0 then running.guarded(tracks.place, done, chosen.layout) end
    if #problems > 0 then running.show(table.concat(problems, "\n\n")) end
  end

  -- Takes what the job that runs has to say; whether it is to go on.
  local function follow()
    local part = parts[k]
    now:poll()
    if now.ended then
      part.stems = now.stems
      if now.problem then
        problems[#problems + 1] = part.name .. ": " .. now.problem
      else
        done[#done + 1] = part
      end
      return false
    end
    local place = #parts > 1 and string.format(" (%d of %d)", k, #parts) or ""
    local words = part.name .. place .. (now.cancelled and ": cancelling" or "")
    if not window.show(words, now.fraction) then now:cancel() end
    return true
  end

  local function step()
    if now and follow() then return true end
    if k == #parts or now and now.cancelled then return finish() end
    k = k + 1
    now = job.start(parts[k].file, arguments_of(parts[k], chosen, output .. "/" .. k))
    return true
  end

  local function turn()
    local good, more = pcall(step)
    if not good then
      if now and not now.ended then now:cancel() end
      window.close()
      return running.guarded(error, more, 0)
    end
    if more then reaper.defer(turn) end
  end

  window.open()
  turn()
end

return separate
