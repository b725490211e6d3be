-- @noindex
-- What the actions remember: REAPER keeps it in its own file of extension states.
local settings = {}

local SECTION = "daw-bridge"

-- In the dialog's order. `good` is what may be entered.
settings.ROWS = {
  { key = "model", caption = "Model (empty: the usual one)", usual = "", good = "^[^\n]*$" },
  { key = "stems", caption = "Stems, e.g. drums vocals (empty: all)", usual = "",
    good = "^[%w_%- ,]*$" },
  { key = "steps", caption = "Refinement steps (0: the model's)", usual = "0", good = "^%d+$" },
  { key = "layout", caption = "Stems as: tracks or takes", usual = "tracks",
    good = function(text) return text == "tracks" or text == "takes" end },
  { key = "serve", caption = "Options of daw-bridge serve", usual = "", good = "^[^\n\"']*$" },
}

function settings.read()
  local found = {}
  for _, row in ipairs(settings.ROWS) do
    local kept = reaper.HasExtState(SECTION, row.key)
    found[row.key] = kept and reaper.GetExtState(SECTION, row.key) or row.usual
  end
  return found
end

function settings.get(key)
  return reaper.GetExtState(SECTION, key)
end

function settings.set(key, text)
  reaper.SetExtState(SECTION, key, text, true)
end

local function is_good(row, text)
  if type(row.good) == "function" then return row.good(text) end
  return text:match(row.good) ~= nil
end

-- Asks for all of them until they are good or the dialog is cancelled.
function settings.choose()
  local found, captions = settings.read(), {}
  for k, row in ipairs(settings.ROWS) do captions[k] = row.caption:gsub(",", ";") end
  captions[#captions + 1] = "extrawidth=200"
  captions[#captions + 1] = "separator=\n"
  while true do
    local values = {}
    for k, row in ipairs(settings.ROWS) do values[k] = found[row.key] end
    local ok, text = reaper.GetUserInputs("daw-bridge", #settings.ROWS,
      table.concat(captions, ","), table.concat(values, "\n"))
    if not ok then return end
    local k, wrong = 0, nil
    for one in (text .. "\n"):gmatch("([^\n]*)\n") do
      k = k + 1
      local row = settings.ROWS[k]
      found[row.key] = one:match("^%s*(.-)%s*$")
      if not is_good(row, found[row.key]) then wrong = wrong or row end
    end
    if not wrong then break end
    reaper.ShowMessageBox("This cannot be: " .. wrong.caption, "daw-bridge", 0)
  end
  for _, row in ipairs(settings.ROWS) do settings.set(row.key, found[row.key]) end
end

return settings
