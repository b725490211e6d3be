-- @noindex
-- The command `daw-bridge`: where it is, and how it is started from REAPER.
-- Lua has no sockets: `daw-bridge ctl` asks the server, and writes its answers as lines of JSON.
local json = require("json")

local command = {}

command.FOLDER = debug.getinfo(1, "S").source:match("^@(.*)[/\\]lib[/\\]") or "."
command.NAME = "daw-bridge-command.json"
command.WITHIN_MS = 30000

local INSTALL = "Install daw-bridge (see its page on installing), then run in a terminal:\n\n"
  .. "    daw-bridge install reaper"

function command.on_windows()
  return reaper.GetOS():match("^Win") ~= nil
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

-- What `daw-bridge install reaper` wrote, and where: beside these scripts, or where it puts them if
-- these came in another way (ReaPack).
local function written()
  local installed = reaper.GetResourcePath() .. "/Scripts/DawBridge"
  for _, folder in ipairs({ command.FOLDER, installed }) do
    local path = folder .. "/" .. command.NAME
    local text = read(path)
    if text then return text, path end
  end
end

-- The words that run daw-bridge: those that `daw-bridge install reaper` wrote, else its name.
function command.words()
  local text, path = written()
  if not text then return { "daw-bridge" } end
  local good, found = pcall(json.decode, text)
  local words = good and type(found) == "table" and found.command
  if type(words) ~= "table" or type(words[1]) ~= "string" then
    error({ words = path .. " cannot be read.\n\n" .. INSTALL })
  end
  return words
end

-- One word of a command line. REAPER splits it at spaces, and takes away quotes around a word.
-- Windows' programs moreover read a backslash before a quote as an escape.
local function quoted(word, windows)
  if word:find("[%z\r\n]") then
    error({ words = "This name has a line break in it: " .. word })
  end
  if word:match("^[%w%-_./:=,+@]+$") then return word end
  if windows then
    return '"' .. word:gsub('(\\*)"', '%1%1\\"'):gsub("(\\+)$", "%1%1") .. '"'
  end
  if not word:find('"', 1, true) then return '"' .. word .. '"' end
  if not word:find("'", 1, true) then return "'" .. word .. "'" end
  error({ words = "This name has both kinds of quotes in it. Please rename it: " .. word })
end

-- The command line of `daw-bridge` with these arguments.
function command.line(arguments)
  local windows, parts = command.on_windows(), {}
  for _, word in ipairs(command.words()) do parts[#parts + 1] = quoted(word, windows) end
  for _, word in ipairs(arguments) do parts[#parts + 1] = quoted(tostring(word), windows) end
  return table.concat(parts, " ")
end

-- Starts it and does not wait.
function command.start(arguments)
  reaper.ExecProcess(command.line(arguments), command.on_windows() and -2 or -1)
end

-- Asks the server: the answer as a table; nil and {code, words} where there is none.
function command.ask(...)
  local told = reaper.ExecProcess(command.line({ "ctl", "--json", ... }), command.WITHIN_MS)
  local answer
  for line in (told or ""):gmatch("[^\r\n]+") do
    if line:sub(1, 1) == "{" then answer = json.decode(line) end
  end
  if not answer then
    return nil, { code = "missing", words = "The command daw-bridge was not found.\n\n" .. INSTALL }
  end
  if answer.type == "fail" then return nil, { code = answer.code, words = answer.message } end
  return answer
end

return command
