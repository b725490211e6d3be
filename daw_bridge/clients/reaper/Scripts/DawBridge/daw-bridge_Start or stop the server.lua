-- @noindex
-- Starts `daw-bridge serve`, or shuts it down where it runs.
package.path = debug.getinfo(1, "S").source:match("^@(.*)[/\\\\]") .. "/lib/?.lua;" .. package.path
local command = require("command")
local running = require("running")

running.guarded(function()
  local answer, problem = command.ask("status")
  if answer then
    answer, problem = command.ask("quit")
    running.show(answer and "The server shuts down." or problem.words)
  elseif problem.code == "no_answer" then
    running.start()
    running.wait(function(status)
      running.show("The server runs, with the model " .. status.model .. ".")
    end)
  else
    running.show(problem.words)
  end
end)
