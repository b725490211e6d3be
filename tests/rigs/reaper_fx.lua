-- Track effects of the stand-in of REAPER: the names in each chain, and which windows float.
local fx = {}

-- The name of ReaStream in this REAPER's list of effects; nil where it has none.
fx.reastream = "VST: ReaStream (Cockos)"
fx.shown = {}

local function chain(track)
  track.fx = track.fx or {}
  return track.fx
end

fx.API = {
  TrackFX_AddByName = { "MediaTrack string boolean integer", "integer",
    function(track, name, input, instantiate)
      assert(not input and instantiate < 0, "the stand-in only adds to the track's chain")
      if not (fx.reastream and fx.reastream:find(name, 1, true)) then return -1 end
      chain(track)[#chain(track) + 1] = fx.reastream
      return #chain(track) - 1
    end },
  TrackFX_GetCount = { "MediaTrack", "integer", function(track) return #chain(track) end },
  TrackFX_GetFXName = { "MediaTrack integer", "boolean string", function(track, k)
    return chain(track)[k + 1] ~= nil, chain(track)[k + 1] or ""
  end },
  TrackFX_Show = { "MediaTrack integer integer", "", function(track, k, how)
    assert(chain(track)[k + 1] and how >= 0 and how <= 3)
    fx.shown[#fx.shown + 1] = track.name
  end },
}

return fx
