-- Made by `python -m daw_bridge.cli.controllers`. It keeps in touch with the server and shows
-- what cannot be touched: meters, load, latency, errors.
local PORT = @PORT@ -- this TouchOSC's receive port (Connections > OSC > Receive port)
local ASK_MS, LOST_MS = 1000, 3000
local FLOOR_DB = -60

local asked, heard = 0, -LOST_MS
local number = 0

local function show(name, text)
  local label = self:findByName(name, true)
  if label then
    label.values.text = text
  end
end

local function int(value)
  return { tag = "i", value = value }
end

local function register()
  sendOSC({ "@NOTIFY@", { int(1), int(PORT) } })
end

local function connected()
  return getMillis() - heard < LOST_MS
end

-- Once a second: is it there? The server remembers nobody when it is started again.
function update()
  local now = getMillis()
  if now - asked < ASK_MS then
    return
  end
  asked = now
  if not connected() then
    show("state", "no server: send to its host, port @SERVER@")
    register()
  end
  number = (number + 1) % 65536
  sendOSC({ "@SYNC@", { int(number) } })
end

local function meter(name, decibels)
  local bar = self:findByName("meter " .. name, true)
  if bar then
    bar.values.x = math.max(0, math.min(1, 1 - decibels / FLOOR_DB))
  end
end

local SHOWN = {
  ["@SYNCED@"] = function(_, registered)
    if not connected() then
      show("state", "connected")
    end
    heard = getMillis()
    if registered == 0 then -- started again meanwhile, or it has forgotten us
      register()
    end
  end,
  ["@LOAD@"] = function(load) show("load", string.format("load %d %%", math.floor(100 * load + 0.5))) end,
  ["@LATE@"] = function(late) show("late", string.format("late blocks %d", late)) end,
  ["@LATENCY@"] = function(_, ms) show("latency", string.format("latency %.0f ms", ms)) end,
  ["@MODEL@"] = function(model) show("model", model) end,
  ["@STEPS@"] = function(steps) show("steps", string.format("refine %d", steps)) end,
  ["@FAIL@"] = function(_, _, code, message) show("state", code .. ": " .. message) end,
}

function onReceiveOSC(message)
  local address, arguments = message[1], {}
  for k, one in ipairs(message[2]) do
    arguments[k] = one.value
  end
  local stem = string.match(address, "^@METER@/([^/]+)$")
  if stem then
    meter(stem, arguments[1])
  elseif SHOWN[address] then
    SHOWN[address](table.unpack(arguments))
  end
end
