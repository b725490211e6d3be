-- @noindex
-- The server: is it there, and starting it; problems shown in words.
local command = require("command")
local settings = require("settings")

local running = {}

local TITLE, YES_NO, YES = "daw-bridge", 4, 6
local STARTS_WITHIN_S, ASKS_EVERY_S = 60, 1

function running.show(words)
  reaper.ShowMessageBox(words, TITLE, 0)
end

-- Calls it; an error that is {words = ...} is shown, any other is REAPER's to show.
function running.guarded(act, ...)
  local good, problem = pcall(act, ...)
  if good then return true end
  if type(problem) ~= "table" then error(problem, 0) end
  running.show(problem.words)
  return false
end

function running.start()
  local arguments = { "serve" }
  for word in settings.read().serve:gmatch("%S+") do arguments[#arguments + 1] = word end
  command.start(arguments)
end

-- Asks again and again, without blocking for long, until the server answers; then `done()`.
function running.wait(done)
  local since, asked = reaper.time_precise(), 0
  local function turn(again)
    local now = reaper.time_precise()
    if now - asked >= ASKS_EVERY_S then
      local answer, problem = command.ask("--timeout", "0.3", "status")
      asked = reaper.time_precise()
      if answer then return done(answer) end
      if problem.code == "missing" or now - since > STARTS_WITHIN_S then
        return running.show("The server did not start.\n\n" .. problem.words)
      end
    end
    reaper.defer(again)
  end
  local function again() running.guarded(turn, again) end
  again()
end

-- Calls `done(status)` once a server runs; asks whether to start one where there is none.
function running.needed(done)
  local answer, problem = command.ask("status")
  if answer then return done(answer) end
  if problem.code ~= "no_answer" then error({ words = problem.words }) end
  local words = "No daw-bridge server answers. Start one?\n\n" .. problem.words
  if reaper.ShowMessageBox(words, TITLE, YES_NO) == YES then
    running.start()
    running.wait(done)
  end
end

return running
