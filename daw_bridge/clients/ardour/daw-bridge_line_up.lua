ardour {
  ["type"] = "EditorAction",
  name = "daw-bridge: Line Up Stems",
  license = "MIT",
  author = "the authors of daw-bridge",
  description = [[Moves what the stems' tracks have recorded to its place beside the track "mix", to the sample. The track "dry" has recorded the same mix, delayed like the stems: this finds it in "mix". "mix" plays at 0 dB, without effects.]]
}

local MIX, DRY = "mix", "dry"
local PROBE = 4096       -- samples that must agree
local FARTHEST_S = 8     -- seconds that a take may lie off its place
local SAME = 0.0001      -- samples that differ by less are the same
local LOUD = 0.003       -- a probe's least peak

local function say(words)
  print("daw-bridge: " .. words)
  if LuaDialog then
    LuaDialog.Message("daw-bridge", words, LuaDialog.MessageType.Info, LuaDialog.ButtonType.Close):run()
  end
end

local function regions(name)
  local route, found = Session:route_by_name(name), {}
  if route:isnil() or route:to_track():isnil() then return found end
  for region in route:to_track():playlist():region_list():iter() do
    if not region:to_audioregion():isnil() then found[#found + 1] = region end
  end
  return found
end

local function first(region) return region:position():samples() end
local function size(region) return region:length():samples() end

-- `count` samples of the region's first channel from session sample `at`; silence around it.
local function read(region, at, count)
  local from = math.max(at, first(region))
  local to = math.min(at + count, first(region) + size(region))
  local found = {}
  for k = 1, count do found[k] = 0.0 end
  if to <= from then return found end
  local memory = ARDOUR.DSP.DspShm(to - from)
  region:to_audioregion():to_readable():read(memory:to_float(0), from - first(region), to - from, 0)
  local samples = memory:to_float(0):array()
  for k = 1, to - from do found[from - at + k] = samples[k] end
  return found
end

-- Session sample of a part of the region that is loud, and that part.
local function probe(region)
  for at = first(region), first(region) + size(region) - PROBE, PROBE do
    local samples, peak = read(region, at, PROBE), 0
    for k = 1, PROBE do peak = math.max(peak, math.abs(samples[k])) end
    if peak > LOUD and math.abs(samples[1]) > 0 then return at, samples end
  end
end

local function agrees(samples, heard, shift)
  for k = 1, PROBE do
    if math.abs(heard[shift + k] - samples[k]) > SAME then return false end
  end
  return true
end

-- How far the take is to be moved so that it lies on `mix`; nil: it is not there.
local function offset(take, mix)
  local at, samples = probe(take)
  if not at then return nil end
  local farthest = FARTHEST_S * Session:nominal_sample_rate()
  local heard = read(mix, at - farthest, 2 * farthest + PROBE)
  for distance = 0, farthest do
    if agrees(samples, heard, farthest - distance) then return -distance end
    if agrees(samples, heard, farthest + distance) then return distance end
  end
end

local function move(region, by)
  region:to_stateful():clear_changes()
  local to = first(region) + by
  if to < 0 then -- it would begin before the session does
    region:trim_front(Temporal.timepos_t(first(region) - to))
    to = 0
  end
  region:set_position(Temporal.timepos_t(to))
  Session:add_stateful_diff_command(region:to_statefuldestructible())
end

-- Every region of the tracks beside `mix` that was recorded together with the take `dry`.
local function recorded_with(dry)
  local found = {}
  for route in Session:get_tracks():iter() do
    if route:name() ~= MIX then
      for _, region in ipairs(regions(route:name())) do
        if first(region) == first(dry) and size(region) == size(dry) then
          found[#found + 1] = region
        end
      end
    end
  end
  return found
end

function factory() return function()
  local mixes, takes = regions(MIX), regions(DRY)
  if #mixes == 0 or #takes == 0 then
    return say('There is nothing on the track "mix", or nothing recorded on the track "dry".')
  end
  local moved, lost, by = 0, 0, 0
  Session:begin_reversible_command("Line up stems")
  for _, take in ipairs(takes) do
    local found
    for _, mix in ipairs(mixes) do found = found or offset(take, mix) end
    if found == nil then lost = lost + 1 end
    if found and found ~= 0 then
      by = found
      for _, region in ipairs(recorded_with(take)) do move(region, found); moved = moved + 1 end
    end
  end
  if moved > 0 then
    Session:commit_reversible_command(nil)
  else
    Session:abort_reversible_command()
  end
  local words = moved .. " takes moved"
  if moved > 0 then words = words .. ", by " .. by .. " samples" end
  if lost > 0 then
    words = words .. ". " .. lost .. ' takes of "dry" were not found in "mix": its fader is at 0 dB?'
  end
  say(words)
end end
