-- @noindex
-- JSON as `daw-bridge ctl --json` writes it, and no more: one value, read strictly.
local json = {}

local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local WORDS = { { "true", true }, { "false", false }, { "null", nil } }
local value

local function fail(at)
  error("no JSON at character " .. at, 0)
end

local function skip(text, at)
  return text:find("[^ \t\r\n]", at) or #text + 1
end

-- The character of \uXXXX at `at`, which may be half of a pair, and where it ends.
local function unicode(text, at)
  local first = tonumber(text:match("^%x%x%x%x", at) or fail(at), 16)
  local low = first >= 0xD800 and first < 0xDC00 and text:match("^\\u(%x%x%x%x)", at + 4)
  if not low then return utf8.char(first), at + 4 end
  return utf8.char(0x10000 + ((first - 0xD800) << 10) + (tonumber(low, 16) - 0xDC00)), at + 10
end

local function string_at(text, at)
  local parts = {}
  while true do
    local plain, mark = text:match('^([^"\\]*)(["\\])', at)
    if not mark then fail(at) end
    parts[#parts + 1] = plain
    at = at + #plain + 1
    if mark == '"' then return table.concat(parts), at end
    local kind = text:sub(at, at)
    if kind == "u" then
      parts[#parts + 1], at = unicode(text, at + 1)
    else
      parts[#parts + 1], at = ESCAPES[kind] or kind, at + 1
    end
  end
end

-- What stands between the bracket before `at` and `close`: `put(one, at)` reads each.
local function inside(text, at, close, put)
  at = skip(text, at)
  if text:sub(at, at) == close then return at + 1 end
  while true do
    at = skip(text, put(skip(text, at)))
    local mark = text:sub(at, at)
    at = at + 1
    if mark == close then return at end
    if mark ~= "," then fail(at - 1) end
  end
end

local function array(text, at)
  local found = {}
  return found, inside(text, at, "]", function(from)
    local one, to = value(text, from)
    found[#found + 1] = one
    return to
  end)
end

local function object(text, at)
  local found = {}
  return found, inside(text, at, "}", function(from)
    if text:sub(from, from) ~= '"' then fail(from) end
    local name, to = string_at(text, from + 1)
    to = skip(text, to)
    if text:sub(to, to) ~= ":" then fail(to) end
    found[name], to = value(text, skip(text, to + 1))
    return to
  end)
end

function value(text, at)
  local first = text:sub(at, at)
  if first == '"' then return string_at(text, at + 1) end
  if first == "{" then return object(text, at + 1) end
  if first == "[" then return array(text, at + 1) end
  for _, one in ipairs(WORDS) do
    if text:sub(at, at + #one[1] - 1) == one[1] then return one[2], at + #one[1] end
  end
  local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at) or fail(at)
  return tonumber(number) or fail(at), at + #number
end

-- The value that the text holds. Raises an error where it holds none.
function json.decode(text)
  local found, at = value(text, skip(text, 1))
  if skip(text, at) <= #text then fail(at) end
  return found
end

return json
