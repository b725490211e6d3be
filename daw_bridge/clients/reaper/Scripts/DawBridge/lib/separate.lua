-- @noindex
-- Separates parts one after the other, with a window, and puts the stems into the project.
local job = require("job")
local known = require("known")
local running = require("running")
local settings = require("settings")
local tracks = require("tracks")
local window = require("window")

local separate = {}

-- A folder for this run's stems beside the project's other recordings.
local function folder()
  return reaper.GetProjectPath() .. "/daw-bridge/" .. os.date("%Y-%m-%d %H-%M-%S")
end

local function arguments_of(part, chosen, output, beside)
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
  add(table.unpack(beside.arguments))
  return found
end

-- The model that a job gets: the chosen one, else the server's.
function separate.model(status)
  local chosen = settings.read().model
  return chosen ~= "" and chosen or status.model
end

-- Begins; the stems come into the project when all parts are done. What fails is said then.
-- `stems`: known ones, as known.named gives them.
function separate.run(parts, stems)
  stems = stems or {}
  local chosen, output = settings.read(), folder()
  local k, now, beside = 0, nil, nil

  local done, problems = {}, {}

  local function say(words)
    problems[#problems + 1] = parts[k].name .. ": " .. words
  end

  local function finish()
    window.close()
    if now.cancelled then return end
    if #done > 0 then running.guarded(tracks.place, done, chosen.layout) end
    if #problems > 0 then running.show(table.concat(problems, "\n\n")) end
  end

  -- Shows what is done for the part, and how far; false once the window was closed.
  local function show(what, fraction)
    local place = #parts > 1 and string.format(" (%d of %d)", k, #parts) or ""
    return window.show(parts[k].name .. place .. what, fraction)
  end

  -- Takes what the job that runs has to say; whether it is to go on.
  local function follow()
    local part = parts[k]
    now:poll()
    if now.ended then
      beside.remove()
      part.stems = now.stems
      if now.problem then say(now.problem) else done[#done + 1] = part end
      return false
    end
    if not show(now.cancelled and ": cancelling" or "", now.fraction) then now:cancel() end
    return true
  end

  local function step()
    if now and not now.ended and follow() then return true end
    if not beside or now then
      if k == #parts or now and now.cancelled then return finish() end
      k, now = k + 1, nil
      if #stems > 0 then reaper.RecursiveCreateDirectory(output, 0) end
      beside = known.beside(parts[k], stems, output .. "/" .. k)
    end
    if beside.step() then
      if show(": reading the known stems", beside.fraction) then return true end
      beside.remove()
      return window.close()
    end
    for _, words in ipairs(beside.left_out) do say(words) end
    now = job.start(parts[k].file, arguments_of(parts[k], chosen, output .. "/" .. k, beside))
    return true
  end

  local function turn()
    local good, more = pcall(step)
    if not good then
      if now and not now.ended then now:cancel() end
      if beside then beside.remove() end
      window.close()
      return running.guarded(error, more, 0)
    end
    if more then reaper.defer(turn) end
  end

  window.open()
  turn()
end

return separate
